using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EtlWorker.Objects;

/// <summary>
/// What the last looks at a source found and recorded, so that the next one asks for and records only what is new: of 100,000 objects
/// sixteen bytes each are kept. In doubt an object is looked at once more, which changes nothing.
/// </summary>
internal sealed class SeenObjects
{
    private HashSet<UInt128> _former = [];
    private HashSet<UInt128> _now = [];

    /// <summary>Begins a look.</summary>
    /// <param name="isAnew">Whether everything is to be looked at once more.</param>
    public void Begin(bool isAnew)
    {
        if (isAnew)
        {
            _former = [];
        }

        _now = new HashSet<UInt128>(_former.Count);
    }

    /// <summary>Whether the last look recorded the object as it is; then this one has it, too.</summary>
    /// <param name="target">What takes it.</param>
    /// <param name="listed">The object.</param>
    public bool Has(string target, ListedObject listed)
    {
        var hash = HashOf(target, listed);
        if (!_former.Contains(hash))
        {
            return false;
        }

        _now.Add(hash);
        return true;
    }

    /// <summary>The object is recorded.</summary>
    public void Add(string target, ListedObject listed) => _now.Add(HashOf(target, listed));

    /// <summary>The look came to its end. One that did not has added nothing: what it had recorded is looked at once more.</summary>
    public void End() => _former = _now;

    private static UInt128 HashOf(string target, ListedObject listed)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(
            Encoding.UTF8.GetBytes($"{target}\n{listed.Key}\n{listed.ETag}\n{listed.Size}\n{listed.LastModified.UtcTicks}"), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
