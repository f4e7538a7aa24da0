namespace EtlWorker.Domain.Pipelines;

/// <summary>What becomes of the digits of a fraction that the column does not keep.</summary>
public enum Fractions
{
    /// <summary>The row is refused.</summary>
    Refuse,

    /// <summary>They are left out, without rounding.</summary>
    Truncate,
}
