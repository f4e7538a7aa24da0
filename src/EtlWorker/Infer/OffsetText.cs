namespace EtlWorker.Infer;

/// <summary>How the offset of a timestamp is written.</summary>
internal enum OffsetText
{
    None,
    Z,

    /// <summary>+01:00.</summary>
    HoursAndMinutes,

    /// <summary>Z or +01:00 behind a space.</summary>
    Spaced,

    /// <summary>+01 or +0100.</summary>
    Other,
}
