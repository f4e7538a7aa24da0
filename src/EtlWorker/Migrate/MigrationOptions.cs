namespace EtlWorker.Migrate;

/// <summary>What the operator says about the migrations of pipelines.</summary>
/// <param name="ByService">Whether the service applies them; else it waits until <c>etlworker migrate</c> has.</param>
/// <param name="Role">The role that they are applied as; null for the worker's own login.</param>
internal sealed record MigrationOptions(bool ByService, string? Role)
{
    public static readonly MigrationOptions Default = new(false, null);
}
