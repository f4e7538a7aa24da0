namespace EtlWorker.SampleData;

/// <summary>
/// Random numbers that stay the same for ever, which <see cref="Random"/> does not promise between .NET versions.
/// See https://prng.di.unimi.it/splitmix64.c.
/// </summary>
internal struct SplitMix64
{
    private ulong _state;

    /// <summary>Each stream of a seed is a sequence of its own, so that one file's length never moves another's values.</summary>
    public SplitMix64(int seed, RandomStream stream) => _state = Mix(((ulong)(uint)seed << 32) | (uint)stream);

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high)
    {
        _state += 0x9E3779B97F4A7C15;
        var range = (ulong)(high - low + 1);
        return low + (int)(((Mix(_state) >> 32) * range) >> 32);
    }

    public bool Chance(int percent) => Between(1, 100) <= percent;

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
