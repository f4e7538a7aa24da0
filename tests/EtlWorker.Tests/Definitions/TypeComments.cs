using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EtlWorker.Tests.Definitions;

/// <summary>The comments of an assembly's types, as the compiler has written them beside it: one line of plain text each.</summary>
internal sealed partial class TypeComments(Assembly assembly)
{
    private readonly Dictionary<string, XElement> _summaries = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"))
        .Descendants("member").Where(member => member.Element("summary") is not null)
        .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!);

    public string Of(Type type) => TextOf($"T:{type.FullName}");

    public string Of(PropertyInfo property) => TextOf($"P:{property.DeclaringType!.FullName}.{property.Name}");

    /// <summary>Of a word of an enum.</summary>
    public string Of(Type type, string word) => TextOf($"F:{type.FullName}.{word}");

    private string TextOf(string member) => _summaries.TryGetValue(member, out var summary)
        ? Blank().Replace(string.Concat(summary.Nodes().Select(TextOf)), " ").Trim()
        : "";

    private static string TextOf(XNode node) => node switch
    {
        XText text => text.Value,
        // A type's member by the name that it has in a document.
        XElement { Name.LocalName: "see" } see =>
            JsonNamingPolicy.CamelCase.ConvertName(see.Attribute("cref")!.Value.Split('.')[^1]),
        XElement element => element.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
