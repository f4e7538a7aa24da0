namespace EtlWorker.Definitions;

/// <summary>A statement of a migration's file.</summary>
/// <param name="Text">As it stands there, without its semicolon.</param>
/// <param name="Line">Where it begins, from 1.</param>
internal sealed record MigrationStatement(string Text, int Line);
