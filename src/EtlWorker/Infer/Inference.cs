using EtlWorker.Domain.Text;

namespace EtlWorker.Infer;

/// <summary>Infers a pipeline from files.</summary>
internal static class Inference
{
    private const string Usual = "pipeline";
    private const int MostLetters = 40;

    /// <param name="paths">The files; those of one kind become one feed.</param>
    /// <param name="name">The pipeline's; null: its only feed's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CannotInferException">From one of them nothing can be inferred.</exception>
    public static async Task<PipelineProposal> InferAsync(IReadOnlyList<string> paths, string? name, CancellationToken cancellationToken)
    {
        var groups = new List<List<InspectedFile>>();
        foreach (var path in paths.Distinct())
        {
            var file = await OfAsync(path, cancellationToken);
            if (groups.Find(group => group[0].IsLike(file)) is { } alike)
            {
                alike.Add(file);
            }
            else
            {
                groups.Add([file]);
            }
        }

        var feeds = new List<FeedProposal>();
        var taken = new HashSet<string>();
        foreach (var group in groups)
        {
            var pattern = ObjectNames.Of([.. group.Select(file => file.Source.Name).Distinct()]);
            feeds.Add(await FeedInference.InferAsync(group, Unique(ObjectNames.FeedName(pattern.Object), taken), pattern,
                cancellationToken));
        }

        return new PipelineProposal(name ?? (feeds is [var only] ? only.Feed.Name : Usual), feeds);
    }

    private static async Task<InspectedFile> OfAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await InspectedFile.OfAsync(path, cancellationToken);
        }
        catch (Domain.Runs.RunFailedException fault)
        {
            throw new CannotInferException(Escaped.Line(fault.Fault.Advice));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CannotInferException($"{path} cannot be read: {fault.Message} See that it is whole, and run the command again.");
        }
    }

    private static string Unique(string name, HashSet<string> taken)
    {
        var unique = name;
        for (var number = 2; !taken.Add(unique); number++)
        {
            unique = $"{(name.Length > MostLetters - 3 ? name[..(MostLetters - 3)] : name)}_{number}";
        }

        return unique;
    }
}
