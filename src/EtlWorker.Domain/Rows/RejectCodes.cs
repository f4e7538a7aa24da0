namespace EtlWorker.Domain.Rows;

/// <summary>The names by which the ledger, the notices and the exported rejects call the codes.</summary>
public static class RejectCodes
{
    public static string Name(this RejectCode code) => code switch
    {
        RejectCode.ColumnCount => "column_count",
        RejectCode.NotNull => "not_null",
        RejectCode.Integer => "integer",
        RejectCode.OutOfRange => "out_of_range",
        RejectCode.Numeric => "numeric",
        RejectCode.Date => "date",
        RejectCode.Timestamp => "timestamp",
        RejectCode.Boolean => "boolean",
        RejectCode.Uuid => "uuid",
        RejectCode.Bytea => "bytea",
        RejectCode.Json => "json",
        RejectCode.TooLong => "too_long",
        RejectCode.Encoding => "encoding",
        RejectCode.NulByte => "nul_byte",
        RejectCode.Quote => "quote",
        RejectCode.LineTooLong => "line_too_long",
        RejectCode.DuplicateKey => "duplicate_key",
        RejectCode.Constraint => "constraint",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "not a reason to refuse a row"),
    };
}
