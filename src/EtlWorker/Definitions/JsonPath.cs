using System.Globalization;

namespace EtlWorker.Definitions;

/// <summary>JSON paths, as the serializer writes them as well.</summary>
internal static class JsonPath
{
    public const string Root = "$";

    /// <summary><c>$.name</c>; <c>$['a name']</c> where the name is no plain word.</summary>
    public static string Of(string parent, string name) =>
        name.Length > 0 && name.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '$' or '-')
            ? $"{parent}.{name}"
            : $"{parent}['{name.Replace("'", "\\'", StringComparison.Ordinal)}']";

    /// <summary><c>$.feeds[0]</c></summary>
    public static string Of(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");
}
