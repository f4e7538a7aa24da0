using System.Text;
using EtlWorker.Load;

namespace EtlWorker.Infer;

/// <summary>A record that is kept while the next ones are read.</summary>
internal sealed class Row
{
    private byte[] _bytes = new byte[256];
    private (int Start, int Length, bool IsQuoted)[] _fields = new (int, int, bool)[16];

    public long Line { get; private set; }

    public int FieldCount { get; private set; }

    public bool IsMalformed { get; private set; }

    public bool EndsAsSaid { get; private set; }

    public bool HasLineBreak { get; private set; }

    /// <summary>Fields that have something in them.</summary>
    public int FilledCount => _fields.Take(FieldCount).Count(part => part.Length > 0);

    public static Row Of(CsvRecords records)
    {
        var row = new Row();
        row.Take(records);
        return row;
    }

    /// <summary>Takes the current record in the place of what it held.</summary>
    public void Take(CsvRecords records)
    {
        (Line, FieldCount, IsMalformed, EndsAsSaid) = (records.LineNumber, records.FieldCount, records.IsMalformed, records.EndsAsSaid);
        HasLineBreak = records.RawRecord.TrimEnd("\r\n"u8).ContainsAny((byte)'\r', (byte)'\n');
        if (_fields.Length < FieldCount)
        {
            _fields = new (int, int, bool)[FieldCount * 2];
        }

        var end = 0;
        for (var field = 0; field < FieldCount; field++)
        {
            var value = records[field];
            if (_bytes.Length - end < value.Length)
            {
                Array.Resize(ref _bytes, (_bytes.Length * 2) + value.Length);
            }

            value.CopyTo(_bytes.AsSpan(end));
            _fields[field] = (end, value.Length, records.IsQuoted(field));
            end += value.Length;
        }
    }

    public ReadOnlySpan<byte> Field(int field) => _bytes.AsSpan(_fields[field].Start, _fields[field].Length);

    public bool IsQuoted(int field) => _fields[field].IsQuoted;

    public string TextOf(int field) => Encoding.UTF8.GetString(Field(field));

    public IEnumerable<string> Texts() => Enumerable.Range(0, FieldCount).Select(TextOf);

    /// <summary>The first field that has something in it; empty where none has.</summary>
    public string FirstText() => Texts().FirstOrDefault(text => text.Trim().Length > 0)?.Trim() ?? "";
}
