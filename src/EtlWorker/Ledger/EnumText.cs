namespace EtlWorker.Ledger;

/// <summary>How the ledger spells the members of an enum: in lower case.</summary>
internal static class EnumText
{
    public static string Of<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <exception cref="ArgumentException">The ledger holds a word that this version does not know.</exception>
    public static T Parse<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word, ignoreCase: true);
}
