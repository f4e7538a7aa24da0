using System.Text;

namespace EtlWorker.Domain.Pipelines;

/// <summary>
/// How a file without a byte order mark is to be read; a mark is believed whatever the feed says. One of those that .NET knows, its code
/// pages included, by its name.
/// </summary>
/// <param name="Name">As .NET spells it, in lower case.</param>
public sealed record FileEncoding(string Name)
{
    // Of several hundred names, those that a file comes in: the others are found by .NET, and not worth a list.
    private static readonly string[] Usual =
    [
        "utf-8", "utf-16", "utf-16be", "us-ascii", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254",
        "windows-1255", "windows-1256", "windows-1257", "windows-1258", "windows-874", "iso-8859-1", "iso-8859-2", "iso-8859-3",
        "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-9", "iso-8859-13", "iso-8859-15", "ibm437",
        "ibm850", "ibm852", "cp866", "koi8-r", "koi8-u", "macintosh", "shift_jis", "euc-jp", "iso-2022-jp", "gb2312", "gb18030", "big5",
        "euc-kr", "ks_c_5601-1987",
    ];

    static FileEncoding() => System.Text.Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static FileEncoding Utf8 { get; } = new("utf-8");

    /// <summary>Little-endian, as Windows programs write it.</summary>
    public static FileEncoding Utf16 { get; } = new("utf-16");

    public static FileEncoding Utf16BigEndian { get; } = new("utf-16be");

    public static FileEncoding Latin1 { get; } = new("iso-8859-1");

    public static FileEncoding Windows1252 { get; } = new("windows-1252");

    /// <summary>Names worth telling.</summary>
    public static IReadOnlyList<string> UsualNames => Usual;

    /// <summary>For a person: <c>UTF-8</c>, <c>ISO 8859-1</c>, <c>windows-1252</c>.</summary>
    public string Title => Name.StartsWith("iso-8859-", StringComparison.Ordinal)
        ? $"ISO 8859-{Name["iso-8859-".Length..]}"
        : Name.StartsWith("utf-", StringComparison.Ordinal) ? Name.ToUpperInvariant() : Name;

    /// <summary>Whether it has every character, and a byte order mark.</summary>
    public bool IsUnicode => this == Utf8 || this == Utf16 || this == Utf16BigEndian;

    /// <returns>Null where .NET knows no encoding of that name, or none that a file may be in.</returns>
    public static FileEncoding? Find(string name)
    {
        try
        {
            // Windows' code pages are often called cp1252, which .NET does not know.
            var isWindows = name.StartsWith("cp125", StringComparison.OrdinalIgnoreCase);
            var found = System.Text.Encoding.GetEncoding(isWindows ? $"windows-{name[2..]}" : name);
            return found.CodePage switch
            {
                // UTF-7 and UTF-32 are no files' encodings; .NET has the first in its list and refuses it.
                65000 or 12000 or 12001 => null,
                65001 => Utf8,
                1200 => Utf16,
                1201 => Utf16BigEndian,
                1252 => Windows1252,
                28591 => Latin1,
                _ => new FileEncoding(found.WebName.ToLowerInvariant()),
            };
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
