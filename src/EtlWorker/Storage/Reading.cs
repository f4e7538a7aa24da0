using System.Data.Common;

namespace EtlWorker.Storage;

internal static class Reading
{
    public static string? GetStringOrNull(this DbDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
}
