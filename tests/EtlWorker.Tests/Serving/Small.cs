using System.Text;
using EtlWorker.Definitions;

namespace EtlWorker.Tests.Serving;

/// <summary>Small definitions.</summary>
internal static class Small
{
    public static string Text(
        string name, string zone = "UTC", string? table = null, string? export = null) =>
        $$"""
        { "name": "{{name}}", "timeZone": "{{zone}}",
          "feeds": [{ "name": "rows", "object": "in/{{name}}.csv", "table": "{{table ?? $"public.{name}"}}" }],
          "analyses": [{
            "name": "counted", "sql": "counted.sql", "table": "public.{{name}}_counted", "export": ["{{export ?? $"out/{name}.csv"}}"] }] }
        """;

    public static LoadedDefinition Of(
        string name, string zone = "UTC", string? table = null, string? export = null, string sql = "select 1 as n") =>
        DefinitionFile.Read("pipeline.json", file => Encoding.UTF8.GetBytes(
            file == "pipeline.json" ? Text(name, zone, table, export) : sql));
}
