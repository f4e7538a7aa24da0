using System.Text;
using EtlWorker.Domain.Rows;

namespace EtlWorker.Domain.Tests.Rows;

/// <summary>What a form makes of a field: the codec's text, or why not.</summary>
internal static class Rewritten
{
    public static string Of(FieldForm form, string field)
    {
        var text = Array.Empty<byte>();
        var refused = form.Rewrite(Encoding.UTF8.GetBytes(field), ref text, out var written);
        return refused == RejectCode.None ? Encoding.UTF8.GetString(text, 0, written) : refused.Name();
    }
}
