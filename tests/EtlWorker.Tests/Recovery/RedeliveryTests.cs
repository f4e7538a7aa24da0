using System.Text.Json.Nodes;
using EtlWorker.Definitions;
using EtlWorker.Recovery;
using EtlWorker.Tests.Definitions;
using Xunit;

namespace EtlWorker.Tests.Recovery;

public sealed class RedeliveryTests : IDisposable
{
    private readonly DefinitionDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_loaded_run_is_delivered_by_a_definition_that_differs_in_exports_alone()
    {
        var began = Read("select 1 as n", definition => definition);
        var changed = Read("select 1 as n", definition =>
        {
            definition["analyses"]![0]!["export"] = JsonNode.Parse("""[{ "key": "out/a.csv", "encoding": "utf-16", "bom": true }]""");
            return definition;
        });

        Assert.NotEqual(began.Hash, changed.Hash);
        Assert.Same(changed, Redelivery.DefinitionFor(began, changed));
    }

    [Fact]
    public void It_is_delivered_by_the_definition_that_it_began_with_where_anything_else_differs()
    {
        var began = Read("select 1 as n", definition => definition);

        Assert.Same(began, Redelivery.DefinitionFor(began, Read("select 2 as n", definition => definition)));
        Assert.Same(began, Redelivery.DefinitionFor(began, Read("select 1 as n", definition =>
        {
            definition["feeds"]![0]!["columns"] = JsonNode.Parse("""{ "id": { "name": "Id", "decimal": "," } }""");
            return definition;
        })));
    }

    private LoadedDefinition Read(string sql, Func<JsonObject, JsonObject> change)
    {
        var definition = DefinitionDirectory.Smallest();
        definition["analyses"] = new JsonArray(DefinitionDirectory.Analysis("totals"));
        definition["analyses"]![0]!["export"] = JsonNode.Parse("""["out/a.csv"]""");
        return _directory.Write("totals.sql", sql).Read(change(definition));
    }
}
