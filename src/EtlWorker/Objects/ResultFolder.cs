using EtlWorker.Domain.Runs;

namespace EtlWorker.Objects;

/// <summary>A folder in which results are written.</summary>
/// <param name="folder">Its full path.</param>
internal sealed class ResultFolder(string folder) : IResultDestination
{
    public string AddressOf(string key) => Path.Combine(folder, key);

    public async Task PutAsync(string key, string contentType, Stream content, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(Path.Combine(folder, key));
        try
        {
            if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new IOException($"{key} lies outside of {folder}.");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            // Hidden, so that nobody takes it for a result; renamed, so that readers see the former one or this one.
            var written = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Environment.ProcessId}.tmp");
            await using (var file = new FileStream(written, FileMode.Create, FileAccess.Write, FileShare.None, 1, useAsync: true))
            {
                await content.CopyToAsync(file, cancellationToken);
                await file.FlushAsync(cancellationToken);
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            }

            File.Move(written, target, overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(
                new Fault(
                    FaultKind.Permanent, $"{target} could not be written: {refused.Message.TrimEnd('.')}",
                    "See that the folder of PIPELINE__RESULTS is there, and that the worker may write to it "
                        + "(ReadWritePaths= of the unit)."),
                refused);
        }
    }
}
