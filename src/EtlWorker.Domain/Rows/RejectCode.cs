namespace EtlWorker.Domain.Rows;

/// <summary>Everything that can be wrong with a row; <see cref="RejectCodes.Name"/> gives the ledger's spelling.</summary>
public enum RejectCode
{
    None,
    ColumnCount,
    NotNull,
    Integer,
    OutOfRange,
    Numeric,
    Date,
    Timestamp,
    Boolean,
    Uuid,
    Bytea,
    Json,
    TooLong,
    Encoding,
    NulByte,
    Quote,
    LineTooLong,
    DuplicateKey,
    Constraint,
}
