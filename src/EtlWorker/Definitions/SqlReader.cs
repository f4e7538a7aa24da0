namespace EtlWorker.Definitions;

/// <summary>Reads a SQL file token by token, as far as is needed to see where a statement ends.</summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-syntax-lexical.html, with <c>standard_conforming_strings</c> on.</remarks>
internal sealed class SqlReader(string text)
{
    private readonly string _text = text;
    private int _at;

    /// <summary>The place in the text, from 0.</summary>
    public int At => _at;

    public bool IsAtEnd => _at >= _text.Length;

    public bool Is(char character) => !IsAtEnd && _text[_at] == character;

    private bool StartsWith(string what) => string.CompareOrdinal(_text, _at, what, 0, what.Length) == 0;

    /// <summary>The line of a place, from 1.</summary>
    public int LineOf(int at) => _text.AsSpan(0, at).Count('\n') + 1;

    /// <summary>The word at this place; empty where something else stands there.</summary>
    public string Word()
    {
        var end = _at;
        while (end < _text.Length && IsLetter(_text[end]))
        {
            end++;
        }

        return _text[_at..end];
    }

    /// <summary>White space and comments.</summary>
    public void SkipBlank()
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

    /// <summary>The next token, or a character of one, of which no white space, comment or quote is left behind.</summary>
    public void SkipToken()
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
