using System.Text;
using EtlWorker.Domain.Rows;

namespace EtlWorker.Plan;

/// <summary>
/// The rejects of one file, however many, in a temporary file without a name: the system frees it when the process ends, however it ends.
/// </summary>
internal sealed class RejectSpool : IDisposable
{
    private readonly List<(long Line, long At)> _places = [];
    private FileStream? _file;

    public long Count => _places.Count;

    public void Add(IReadOnlyCollection<Reject> rejects)
    {
        _file ??= Open();
        _file.Seek(0, SeekOrigin.End);
        using var writer = new BinaryWriter(_file, Encoding.UTF8, leaveOpen: true);
        foreach (var reject in rejects)
        {
            _places.Add((reject.Line, _file.Position));
            writer.Write(reject.Column is not null);
            writer.Write(reject.Column ?? "");
            writer.Write((int)reject.Code);
            writer.Write(reject.Reason);
            writer.Write(reject.RawText);
        }
    }

    /// <summary>The file is read again from its first byte.</summary>
    public void Clear()
    {
        _places.Clear();
        _file?.SetLength(0);
    }

    /// <summary>In the order of the file's lines.</summary>
    public IEnumerable<Reject> InOrder()
    {
        if (_file is null)
        {
            yield break;
        }

        using var reader = new BinaryReader(_file, Encoding.UTF8, leaveOpen: true);
        foreach (var (line, at) in _places.OrderBy(place => place.Line))
        {
            _file.Seek(at, SeekOrigin.Begin);
            var hasColumn = reader.ReadBoolean();
            var column = reader.ReadString();
            var code = (RejectCode)reader.ReadInt32();
            yield return new Reject(line, hasColumn ? column : null, code, reader.ReadString(), reader.ReadString());
        }
    }

    public void Dispose() => _file?.Dispose();

    private static FileStream Open()
    {
        var path = Path.GetTempFileName();
        var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Delete);
        File.Delete(path);
        return file;
    }
}
