using System.Text;

namespace EtlWorker.Ledger.Notices;

/// <summary>The spelling of the kinds of notices.</summary>
internal static class NoticeKinds
{
    /// <summary>In lower case, with an underscore between words.</summary>
    public static string Name(this NoticeKind kind)
    {
        var name = new StringBuilder();
        foreach (var letter in kind.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }
}
