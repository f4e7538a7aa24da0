using System.Text.Json;
using CsCheck;
using EtlWorker.Definitions;
using Xunit;

namespace EtlWorker.Tests.Definitions;

public sealed class DocumentReaderTests
{
    private const string Sample = """
        {
          // a comment
          "name": "sm\u00e4ll", /* another */ "n": [1, -2.5e+3, 0, true, false, null, { }, [ ],],
          "text": "a \"b\" \\\\ \\n / \ud83d\ude00", "": { "x": 0.1, },
        }
        """;

    private const string Pieces = "{}[]:,\"'\\/*#\n\t 0123456789.-+eEutrfalsn";

    private static readonly JsonDocumentOptions AsDefinitions =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>What it takes and the serializer does not would be a fault without words, and the reverse a refusal of good JSON.</summary>
    [Fact]
    public void It_takes_what_the_serializer_takes_and_nothing_else() =>
        Gen.Select(Gen.Int[0, Sample.Length - 1], Gen.Int[0, 3], Gen.Char[Pieces], Gen.Int[0, Sample.Length - 1]).Sample(
            (at, taken, put, cut) =>
            {
                var changed = Sample.Remove(at, Math.Min(taken, Sample.Length - at)).Insert(at, taken == 3 ? "" : put.ToString());
                changed = taken == 2 ? changed[..Math.Min(cut, changed.Length)] : changed;
                return Takes(changed) == SerializerTakes(changed);
            },
            iter: 20_000);

    [Fact]
    public void Everything_has_its_place_and_its_path()
    {
        var root = DocumentReader.Read("{\n  \"a b\": [1,\n    { \"c\": \"\u00e4\\u00e4\" }]\n}");

        var inner = root.Nearest("$['a b'][1].c");
        Assert.Equal(("$['a b'][1].c", "\u00e4\u00e4", new DocumentPlace(3, 12)), (inner.Path, inner.Text, inner.Place));
        Assert.Equal("$['a b'][1]", root.Nearest("$['a b'][1].gone.on").Path);
        Assert.Equal("$", root.Nearest("$.gone").Path);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void It_goes_as_deep_as_the_serializer(int depth, bool isTaken)
    {
        var document = new string('[', depth) + new string(']', depth);

        Assert.Equal(isTaken, Takes(document));
        Assert.Equal(isTaken, SerializerTakes(document));
    }

    private static bool Takes(string document)
    {
        try
        {
            DocumentReader.Read(document);
            return true;
        }
        catch (DocumentSyntaxException fault)
        {
            Assert.InRange(fault.Fault.Place!.Value.Line, 1, document.Split('\n').Length);
            return false;
        }
    }

    private static bool SerializerTakes(string document)
    {
        try
        {
            using var parsed = JsonDocument.Parse(document, AsDefinitions);
            // Half a character is found when the text is asked for.
            return parsed.RootElement.ToString().Length >= 0 && IsWhole(parsed.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsWhole(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().All(property => property.Name is not null && IsWhole(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(IsWhole),
        JsonValueKind.String => element.GetString() is not null,
        _ => true,
    };
}
