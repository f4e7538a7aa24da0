using EtlWorker.Domain.Rows;

namespace EtlWorker.Load;

/// <summary>
/// Rows in COPY's binary format whose last fields are one field, a record: a landing table has two columns more than its table, which may
/// have as many as PostgreSQL allows.
/// </summary>
/// <param name="plain">How many fields stand before the record.</param>
/// <param name="types">The object ids of the types of the fields in it.</param>
/// <remarks>Format of a record: record_send in src/backend/utils/adt/rowtypes.c of PostgreSQL.</remarks>
internal sealed class PackedTuples(int plain, IReadOnlyList<uint> types) : BinaryTuples
{
    private int _field;
    private int _recordStart;

    public override void BeginRow(int fields)
    {
        base.BeginRow(fields - types.Count + 1);
        _field = 0;
    }

    public override void AppendNull()
    {
        BeginField();
        base.AppendNull();
    }

    public override RejectCode AppendField(FieldCodec codec, ReadOnlySpan<byte> field)
    {
        BeginField();
        return base.AppendField(codec, field);
    }

    public override void AppendLineNumber(long line)
    {
        BeginField();
        base.AppendLineNumber(line);
    }

    public override void EndRow() => WriteInt(_recordStart, End - _recordStart - sizeof(int));

    private void BeginField()
    {
        if (_field == plain)
        {
            _recordStart = End;
            AppendInt(0);
            AppendInt(types.Count);
        }

        if (_field >= plain)
        {
            AppendInt(unchecked((int)types[_field - plain]));
        }

        _field++;
    }
}
