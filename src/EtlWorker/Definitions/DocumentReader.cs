using System.Globalization;
using System.Text;

namespace EtlWorker.Definitions;

/// <summary>
/// Reads a JSON document as the serializer takes it (comments and a comma behind the last entry are allowed), and keeps where everything
/// stands. What is no JSON is said in a person's words, with its place; the serializer's name a byte and a token.
/// </summary>
internal sealed class DocumentReader
{
    /// <summary>As the serializer's.</summary>
    private const int MostDepth = 64;

    private readonly string _text;
    private readonly Stack<(char Bracket, DocumentPlace Place)> _open = new();
    private string _path = JsonPath.Root;
    private int _at;
    private int _line = 1;
    private int _lineBegin;

    /// <summary>Where the last value or sign ended: there a comma would stand.</summary>
    private DocumentPlace _end = new(1, 1);

    private DocumentReader(string text) => _text = text;

    private DocumentPlace Here => new(_line, _at - _lineBegin + 1);

    private bool IsAtEnd => _at >= _text.Length;

    private char Current => IsAtEnd ? '\0' : _text[_at];

    /// <exception cref="DocumentSyntaxException">It is no JSON.</exception>
    public static DocumentNode Read(string text)
    {
        var reader = new DocumentReader(text);
        reader.SkipBlank();
        if (reader.IsAtEnd)
        {
            throw reader.Fault("the file is empty: a definition is a JSON object, { ... }");
        }

        var root = reader.ReadValue(JsonPath.Root);
        reader.SkipBlank();
        return reader.IsAtEnd
            ? root
            : throw reader.Fault($"the document ends before this {reader.Shown()}: it is one value, with nothing behind it");
    }

    private DocumentNode ReadValue(string path)
    {
        _path = path;
        var place = Here;
        var node = Current switch
        {
            '{' => ReadObject(path, place),
            '[' => ReadList(path, place),
            '"' => new DocumentNode(DocumentKind.Text, path, place) { Text = ReadText() },
            '-' or (>= '0' and <= '9') => new DocumentNode(DocumentKind.Number, path, place) { Text = ReadNumber() },
            _ => ReadWord(path, place),
        };
        (_path, _end) = (path, Here);
        return node;
    }

    private DocumentNode ReadObject(string path, DocumentPlace place)
    {
        Open('{', place);
        var properties = new List<DocumentProperty>();
        while (!IsClosed('}'))
        {
            _path = path;
            var at = Here;
            if (Current != '"')
            {
                throw NoName();
            }

            var name = ReadText();
            _end = Here;
            SkipBlank();
            if (Current != ':')
            {
                throw Current == '='
                    ? Fault($"a colon is expected behind the name \"{Cut(name)}\", and no =")
                    : Fault($"a colon is missing behind the name \"{Cut(name)}\"", _end);
            }

            Step();
            SkipBlank();
            properties.Add(new DocumentProperty(name, at, ReadValue(JsonPath.Of(path, name))));
            _path = path;
            NextEntry('}');
        }

        return new DocumentNode(DocumentKind.Object, path, place) { Properties = properties };
    }

    private DocumentNode ReadList(string path, DocumentPlace place)
    {
        Open('[', place);
        var entries = new List<DocumentNode>();
        while (!IsClosed(']'))
        {
            entries.Add(ReadValue(JsonPath.Of(path, entries.Count)));
            _path = path;
            NextEntry(']');
        }

        return new DocumentNode(DocumentKind.List, path, place) { Entries = entries };
    }

    private void Open(char bracket, DocumentPlace place)
    {
        if (_open.Count == MostDepth)
        {
            throw Fault($"objects and lists stand within each other more than {MostDepth} deep");
        }

        _open.Push((bracket, place));
        Step();
        SkipBlank();
    }

    /// <summary>Takes the bracket that closes the innermost object or list, if it stands here.</summary>
    private bool IsClosed(char bracket)
    {
        if (IsAtEnd)
        {
            throw Unclosed();
        }

        if (Current is ']' or '}' && Current != bracket)
        {
            var (opened, place) = _open.Peek();
            throw Fault(string.Create(
                CultureInfo.InvariantCulture,
                $"this {Current} closes nothing: the {opened} of line {place.Line} is still open and ends with {bracket}"));
        }

        if (Current != bracket)
        {
            return false;
        }

        _open.Pop();
        Step();
        return true;
    }

    /// <summary>Between two entries stands a comma; one may stand behind the last.</summary>
    private void NextEntry(char bracket)
    {
        SkipBlank();
        if (Current == ',')
        {
            Step();
            _end = Here;
            SkipBlank();
            return;
        }

        if (IsAtEnd || Current is ']' or '}')
        {
            return;
        }

        throw Current switch
        {
            ';' => Fault("entries are separated by a comma, and not by a semicolon"),
            ':' => Fault(bracket == ']'
                ? "a colon stands in a list: names and values stand in an object, { \"name\": value }"
                : "a colon stands behind a value: a comma is expected, or the end of the object"),
            _ => Fault($"a comma is missing here, before {Shown()} on line {_line}", _end),
        };
    }

    private DocumentSyntaxException NoName() => Current switch
    {
        '\'' => Fault("a name stands in double quotes, and not in single ones"),
        ',' => Fault("a comma too many: a name is expected here"),
        '{' or '[' => Fault($"a name is expected before this {Current}: \"name\": {Current}"),
        _ when IsLetter(Current) => Fault($"a name stands in double quotes: write \"{Cut(Word())}\""),
        _ => Fault($"a name in double quotes is expected, and not {Shown()}"),
    };

    private DocumentNode ReadWord(string path, DocumentPlace place)
    {
        var word = IsLetter(Current) ? Word() : "";
        if (word is "true" or "false" or "null")
        {
            Step(word.Length);
            return new DocumentNode(word == "null" ? DocumentKind.Null : DocumentKind.Boolean, path, place) { Text = word };
        }

        throw word.ToUpperInvariant() switch
        {
            "TRUE" or "FALSE" or "NULL" => Fault($"write {word.ToLowerInvariant()} in small letters"),
            "NONE" or "NIL" or "UNDEFINED" => Fault($"{word} is no value of JSON: write null, or leave the property out"),
            "NAN" or "INFINITY" => Fault($"{word} is no number of JSON"),
            { Length: > 0 } => Fault($"a text stands in double quotes: write \"{Cut(word)}\""),
            _ when IsAtEnd => Unclosed(),
            _ => Current switch
            {
                '\'' => Fault("a text stands in double quotes, and not in single ones"),
                ',' => Fault("a value is missing before this comma"),
                '}' or ']' => Fault($"a value is missing before this {Current}"),
                '+' => Fault("a number has no plus sign"),
                '.' => Fault("a number begins with a digit: write 0 before the point"),
                _ => Fault($"a value is expected, and not {Shown()}"),
            },
        };
    }

    private string ReadNumber()
    {
        var begin = _at;
        var place = Here;
        Step(Current == '-' ? 1 : 0);
        if (Current == '0' && _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1]))
        {
            throw Fault("a number does not begin with 0: leave it out, or write a text in double quotes", place);
        }

        SkipDigits(place);
        if (Current == '.')
        {
            Step();
            SkipDigits(place);
        }

        if (Current is 'e' or 'E')
        {
            Step();
            Step(Current is '+' or '-' ? 1 : 0);
            SkipDigits(place);
        }

        return IsLetter(Current) || Current is '.' or ':' or '-' or '/' or '%'
            ? throw Fault("this is no number: a text stands in double quotes", place)
            : _text[begin.._at];
    }

    private void SkipDigits(DocumentPlace place)
    {
        if (!char.IsAsciiDigit(Current))
        {
            throw Fault("this number lacks a digit: a text stands in double quotes", place);
        }

        while (char.IsAsciiDigit(Current))
        {
            Step();
        }
    }

    private string ReadText()
    {
        var begin = Here;
        var text = new StringBuilder();
        Step();
        while (Current != '"' || IsAtEnd)
        {
            if (IsAtEnd || Current is '\n' or '\r')
            {
                throw Fault("the text that begins here is not closed: its second \" is missing on this line", begin);
            }

            if (Current < ' ')
            {
                throw Current == '\t'
                    ? Fault("a tab within a text is written \\t")
                    : Fault(string.Create(
                        CultureInfo.InvariantCulture, $"a control character within a text is written \\u{(int)Current:x4}"));
            }

            if (Current == '\\')
            {
                text.Append(ReadEscape());
            }
            else
            {
                text.Append(Current);
                Step();
            }
        }

        Step();
        return text.ToString();
    }

    private string ReadEscape()
    {
        var place = Here;
        Step();
        var escaped = Current;
        if (escaped == 'u')
        {
            var first = ReadCode(place);
            if (!char.IsSurrogate(first))
            {
                return first.ToString();
            }

            var isPair = char.IsHighSurrogate(first) && Current == '\\' && _at + 1 < _text.Length && _text[_at + 1] == 'u';
            Step(isPair ? 1 : 0);
            return isPair && ReadCode(place) is var second && char.IsLowSurrogate(second)
                ? new string([first, second])
                : throw Fault("this is half a character: the other half, a second \\u, must stand right behind it", place);
        }

        var at = "\"\\/bfnrt".IndexOf(escaped, StringComparison.Ordinal);
        if (at < 0 || IsAtEnd)
        {
            throw Fault($"\\{(IsAtEnd ? "" : Escaped(escaped))} is no escape of JSON: a backslash itself is written \\\\", place);
        }

        Step();
        return "\"\\/\b\f\n\r\t"[at].ToString();
    }

    private char ReadCode(DocumentPlace place)
    {
        Step();
        if (_at + 4 > _text.Length
            || !ushort.TryParse(_text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            throw Fault("four hexadecimal digits are expected behind \\u; a backslash itself is written \\\\", place);
        }

        Step(4);
        return (char)code;
    }

    /// <summary>White space and comments.</summary>
    private void SkipBlank()
    {
        while (!IsAtEnd)
        {
            if (Current is ' ' or '\t' or '\r' or '\n')
            {
                Step();
            }
            else if (Current == '/')
            {
                SkipComment();
            }
            else
            {
                if (Current == '#')
                {
                    throw Fault("a comment begins with //, and not with #");
                }

                return;
            }
        }
    }

    private void SkipComment()
    {
        var place = Here;
        switch (_at + 1 < _text.Length ? _text[_at + 1] : '\0')
        {
            case '/':
                while (!IsAtEnd && Current is not ('\n' or '\r'))
                {
                    Step();
                }

                break;
            case '*':
                var end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                Step(end < 0 ? throw Fault("the comment that begins here is not closed: */ is missing", place) : end + 2 - _at);
                break;
            default:
                throw Fault("a comment begins with // or /*", place);
        }
    }

    private void Step(int characters = 1)
    {
        for (; characters > 0; characters--)
        {
            if (_text[_at++] == '\n')
            {
                (_line, _lineBegin) = (_line + 1, _at);
            }
        }
    }

    private string Word()
    {
        var end = _at;
        while (end < _text.Length && (IsLetter(_text[end]) || char.IsAsciiDigit(_text[end]) || _text[end] == '-'))
        {
            end++;
        }

        return _text[_at..end];
    }

    private string Shown() => IsAtEnd ? "the end of the file"
        : Current == '"' ? $"\"{Cut(_text[(_at + 1)..].Split('"', '\n')[0])}\""
        : IsLetter(Current) ? Cut(Word())
        : Escaped(Current);

    private static string Cut(string text) => text.Length <= 40 ? text : $"{text[..40]}...";

    private static string Escaped(char character) => Domain.Text.Escaped.Line(character.ToString());

    private static bool IsLetter(char character) => char.IsLetter(character) || character == '_';

    private DocumentSyntaxException Unclosed() => _open.TryPeek(out var open)
        ? Fault(string.Create(
            CultureInfo.InvariantCulture,
            $"the file ends here, and the {open.Bracket} of line {open.Place.Line} is not closed: "
                + $"{(open.Bracket == '{' ? '}' : ']')} is missing"))
        : Fault("the file ends where a value is expected");

    private DocumentSyntaxException Fault(string message, DocumentPlace? place = null) =>
        new(new DefinitionFault(_path, message) { Place = place ?? Here });
}
