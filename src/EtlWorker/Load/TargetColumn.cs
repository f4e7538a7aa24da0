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
    /// <summary>
    /// Its type, or that beneath its domains, with its schema and without length or scale: an explicit cast to these would cut or round
    /// what an assignment refuses.
    /// </summary>
    public string BaseType { get; init; } = Type;

    /// <summary>Whether the type is a domain, whose checks are the table's rules.</summary>
    public bool IsDomain { get; init; }

    /// <summary>Whether it takes any text, an empty one as well.</summary>
    public bool IsText { get; init; } = Codec is TextCodec;

    /// <summary>Whether a message of the server's about a type is about this column's.</summary>
    public bool HasType(string? name) => IsDomain && Type.Trim('"') == name;
}
