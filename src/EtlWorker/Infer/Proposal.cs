using EtlWorker.Definitions;

namespace EtlWorker.Infer;

/// <summary>The three files of a proposal.</summary>
internal static class Proposal
{
    public const string Definition = "pipeline.json";
    public const string Tables = "tables.sql";
    public const string Readme = "README.md";

    private static readonly string[] Names = [Definition, Tables, Readme];

    /// <summary>Refuses to write over what is there.</summary>
    /// <exception cref="CannotInferException">One of the files is there, or the directory is a file.</exception>
    public static void RequireFree(string directory)
    {
        if (File.Exists(directory))
        {
            throw new CannotInferException($"{directory} is a file. Name a directory for the proposal: --out DIR");
        }

        if (Array.Find(Names, name => File.Exists(Path.Combine(directory, name))) is { } there)
        {
            throw new CannotInferException(
                $"{Path.Combine(directory, there)} is there already, and nothing is written over. Name another directory: --out DIR");
        }
    }

    /// <returns>Why the definition would not be taken as it is; none where it would.</returns>
    /// <exception cref="CannotInferException">They cannot be written.</exception>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        PipelineProposal pipeline, string directory, CancellationToken cancellationToken)
    {
        var document = DefinitionWriter.Write(pipeline);
        var faults = DefinitionReview.Of(DocumentReader.Read(document), document).Faults
            .Select(fault => $"{fault.Path}: {fault.Message}").ToList();
        string[] contents = [document, TablesWriter.Write(pipeline), ReadmeWriter.Write(pipeline, faults)];
        try
        {
            Directory.CreateDirectory(directory);
            foreach (var (name, content) in Names.Zip(contents))
            {
                await using var file = new StreamWriter(new FileStream(Path.Combine(directory, name), FileMode.CreateNew,
                    FileAccess.Write));
                await file.WriteAsync(content.AsMemory(), cancellationToken);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CannotInferException($"{directory} cannot be written: {refused.Message} Name another directory: --out DIR");
        }

        return faults;
    }
}
