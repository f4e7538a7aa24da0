using System.Security.Cryptography;
using System.Text;
using EtlWorker.Definitions;
using EtlWorker.Objects;

namespace EtlWorker.Serving;

/// <summary>
/// One definition on disk, its SQL beside it. Nothing says when a person has finished editing it, so that a change counts once it is the
/// same at two looks.
/// </summary>
internal sealed class FileStore(string path) : IDefinitionStore
{
    private readonly string _source = LocalTree.AddressOf(Path.GetFullPath(path));
    private FoundVersion? _last;

    public string Location => path;

    public bool Has(string source) => source == _source;

    public Task<IReadOnlyList<FoundVersion>> LookAsync(CancellationToken cancellationToken)
    {
        var found = Read();
        var isSettled = _last is null || _last.Id == found.Id;
        _last = found;
        return Task.FromResult<IReadOnlyList<FoundVersion>>(
            [isSettled ? found : FoundVersion.Unfinished(_source, found.Id, $"{path} was changed since the last look")]);
    }

    private FoundVersion Read()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var definition = DefinitionFile.Read(path, name =>
            {
                var content = DefinitionFile.BytesOf(DefinitionFile.FolderOf(path) + name);
                hash.AppendData(Encoding.UTF8.GetBytes(name));
                hash.AppendData(content ?? []);
                return content;
            });
            return FoundVersion.Valid(_source, definition.Hash, definition);
        }
        catch (InvalidDefinitionException invalid)
        {
            return FoundVersion.Invalid(_source, Convert.ToHexStringLower(hash.GetHashAndReset()), invalid.Faults);
        }
    }
}
