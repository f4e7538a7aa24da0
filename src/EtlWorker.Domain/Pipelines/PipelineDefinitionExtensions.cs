using System.Globalization;

namespace EtlWorker.Domain.Pipelines;

/// <summary>What follows from a definition. Not properties of its records: a document that had them would be taken for valid.</summary>
public static class PipelineDefinitionExtensions
{
    extension(PipelineDefinition pipeline)
    {
        public IEnumerable<FeedDefinition> RequiredFeeds => pipeline.Feeds.Where(feed => feed.Required);

        /// <summary>The names of the feeds that need rows: an empty object is no drop of theirs that counts.</summary>
        public IEnumerable<string> NeedingRows => pipeline.Feeds.Where(feed => feed.MinRows >= 1).Select(feed => feed.Name);

        /// <summary>The names of the feeds whose every drop must be loaded.</summary>
        public IEnumerable<string> Incremental => pipeline.Feeds.Where(feed => feed.IsIncremental).Select(feed => feed.Name);

        /// <summary>Below it nothing but refused rows is written.</summary>
        public string RejectsPrefix => $"rejected/{pipeline.Name}/";

        /// <summary>Where the refused rows of a feed's drop go. No feed's name has a point, so no other feed's are there.</summary>
        /// <param name="feed">The feed's name.</param>
        /// <param name="runDate">The run date.</param>
        /// <param name="number">The number, from 1, of the drop among the run's drops of the feed that have such rows.</param>
        /// <param name="manual">The id of a run that a command made: a date may have several of them.</param>
        public string RejectsKey(string feed, DateOnly runDate, int number, long? manual = null) =>
            $"{pipeline.RejectsFolder(runDate, manual)}{feed}{(number == 1 ? "" : $".{number}")}.csv";

        /// <summary>Where the offending rows of a check are written. A check may have any name.</summary>
        /// <param name="check">The check's name.</param>
        /// <param name="runDate">The run date.</param>
        /// <param name="manual">The id of a run that a command made.</param>
        public string CheckRowsKey(string check, DateOnly runDate, long? manual = null) =>
            $"{pipeline.RejectsFolder(runDate, manual)}checks/{Uri.EscapeDataString(check)}.csv";

        private string RejectsFolder(DateOnly runDate, long? manual) => string.Create(
            CultureInfo.InvariantCulture, $"{pipeline.RejectsPrefix}{runDate:yyyy-MM-dd}/{(manual is { } run ? $"run-{run}/" : "")}");
    }
}
