namespace EtlWorker.Serving;

/// <summary>Where definitions come from.</summary>
/// <param name="Location">A file, a folder of pipelines, or <c>s3://bucket/prefix/</c>.</param>
/// <param name="Refresh">How often they are looked at again.</param>
internal sealed record DefinitionOptions(string Location, TimeSpan Refresh);
