using EtlWorker.Domain.Rows;

namespace EtlWorker.Load;

/// <summary>A column that a file may fill, as PostgreSQL's catalogue has it.</summary>
/// <param name="Name">Unquoted.</param>
/// <param name="Type">As <c>format_type</c> writes it, for messages.</param>
/// <param name="Codec">Checks and encodes its fields; null where only the server can: arrays, enums, domains and the like.</param>
/// <param name="NotNull">Whether the table refuses NULL.</param>
/// <param name="HasDefault">Whether PostgreSQL fills it when the file does not have it.</param>
internal sealed record TargetColumn(string Name, string Type, FieldCodec? Codec, bool NotNull, bool HasDefault)
{
    /// <summary>To which its text is cast before it is assigned, as <c>format_type</c> writes it; used without a codec.</summary>
    public string BaseType { get; init; } = Type;
}
