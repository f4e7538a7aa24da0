namespace EtlWorker.Definitions;

/// <summary>The one statement of a SQL file: what stands before its semicolon. It is wrapped, where no semicolon can stand.</summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-syntax-lexical.html, with <c>standard_conforming_strings</c> on.</remarks>
internal sealed class SqlStatement
{
    private readonly string _text;
    private int _at;

    private SqlStatement(string text) => _text = text;

    /// <param name="text">The file.</param>
    /// <returns>The statement as it stands there; comments after its semicolon, and further semicolons, are left out.</returns>
    /// <exception cref="FormatException">There is none, or more than one, or something is never closed; after the file's name.</exception>
    public static string Of(string text)
    {
        var file = new SqlStatement(text);
        file.SkipBlank();
        if (file.IsAtEnd || file.Is(';'))
        {
            throw new FormatException("holds no statement: write one SELECT into it");
        }

        while (!file.IsAtEnd && !file.Is(';'))
        {
            file.SkipToken();
            file.SkipBlank();
        }

        var end = file._at;
        while (file.Is(';'))
        {
            file._at++;
            file.SkipBlank();
        }

        return file.IsAtEnd
            ? text[..end]
            : throw new FormatException($"line {file.LineOf(file._at)} begins a second statement: leave one SELECT in the file");
    }

    private bool IsAtEnd => _at >= _text.Length;

    private bool Is(char character) => !IsAtEnd && _text[_at] == character;

    private bool StartsWith(string what) => string.CompareOrdinal(_text, _at, what, 0, what.Length) == 0;

    private int LineOf(int at) => _text.AsSpan(0, at).Count('\n') + 1;

    /// <summary>White space and comments.</summary>
    private void SkipBlank()
    {
        while (!IsAtEnd)
        {
            if (char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }
            else if (StartsWith("--"))
            {
                _at = _text.AsSpan(_at).IndexOfAny('\n', '\r') is var length and >= 0 ? _at + length : _text.Length;
            }
            else if (StartsWith("/*"))
            {
                SkipComment();
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>A comment may hold others.</summary>
    private void SkipComment()
    {
        var (begin, depth) = (_at, 0);
        do
        {
            if (IsAtEnd)
            {
                throw Unclosed("comment", begin);
            }

            var change = StartsWith("/*") ? 1 : StartsWith("*/") ? -1 : 0;
            depth += change;
            _at += change == 0 ? 1 : 2;
        }
        while (depth > 0);
    }

    private void SkipToken()
    {
        switch (_text[_at])
        {
            case '\'':
                SkipQuoted('\'', hasEscapes: false);
                break;
            case '"':
                SkipQuoted('"', hasEscapes: false);
                break;
            case '$':
                SkipDollar();
                break;
            case var letter when IsLetter(letter):
                SkipWord();
                break;
            default:
                _at++;
                break;
        }
    }

    /// <summary>A word, or a number: a dollar within it begins no string, and an E right before a quote allows escapes.</summary>
    private void SkipWord()
    {
        var begin = _at;
        while (!IsAtEnd && (IsLetter(_text[_at]) || _text[_at] == '$'))
        {
            _at++;
        }

        if (_at - begin == 1 && _text[begin] is 'e' or 'E' && Is('\''))
        {
            SkipQuoted('\'', hasEscapes: true);
        }
    }

    private void SkipQuoted(char quote, bool hasEscapes)
    {
        var begin = _at++;
        while (!IsAtEnd)
        {
            if (hasEscapes && Is('\\'))
            {
                _at += 2;
            }
            else if (_text[_at++] == quote)
            {
                if (!Is(quote))
                {
                    return;
                }

                // A doubled quote is one of the text.
                _at++;
            }
        }

        throw Unclosed("quote", begin);
    }

    private void SkipDollar()
    {
        var begin = _at++;
        while (!IsAtEnd && IsLetter(_text[_at]))
        {
            _at++;
        }

        var tag = _text[begin.._at];
        if (!Is('$') || (tag.Length > 1 && char.IsAsciiDigit(tag[1])))
        {
            // A parameter, $1.
            return;
        }

        tag += '$';
        _at = _text.IndexOf(tag, _at + 1, StringComparison.Ordinal) is var end and >= 0 ? end + tag.Length : throw Unclosed("quote", begin);
    }

    private FormatException Unclosed(string what, int begin) => new($"line {LineOf(begin)}: a {what} begins that is never closed");

    // PostgreSQL takes every byte beyond ASCII for a letter.
    private static bool IsLetter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or > '\u007F';
}
