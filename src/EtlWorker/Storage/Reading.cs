using System.Data.Common;

namespace EtlWorker.Storage;

/// <summary>Reads the columns of a row that is already here: without sequential access the whole row is in memory.</summary>
internal static class Reading
{
#pragma warning disable CA1849 // Asynchronous per column would buy nothing but allocations.
    public static T Get<T>(this DbDataReader reader, int ordinal) => reader.GetFieldValue<T>(ordinal);

    public static T Get<T>(this DbDataReader reader, string column) => reader.Get<T>(reader.GetOrdinal(column));

    public static T? GetOrNull<T>(this DbDataReader reader, int ordinal)
        where T : class => reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<T>(ordinal);

    public static T? GetOrNull<T>(this DbDataReader reader, string column)
        where T : class => reader.GetOrNull<T>(reader.GetOrdinal(column));
#pragma warning restore CA1849
}
