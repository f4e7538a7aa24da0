namespace EtlWorker.Infer;

/// <summary>How many of a column's values are of one kind, and which are not.</summary>
internal abstract class KindProfile
{
    private const int MostExamples = 5;

    // A kind that a hundred values and one in five speak against is out of the question.
    private const int MostExceptions = 100;
    private readonly List<Example> _exceptions = [];
    private bool _isOver;

    public long Fitting { get; private set; }

    public long ExceptionCount { get; private set; }

    /// <summary>The first values that are of another kind.</summary>
    public IReadOnlyList<Example> Exceptions => _exceptions;

    /// <summary>Whether there are values, and all are of this kind.</summary>
    public bool HasAll => Fitting > 0 && ExceptionCount == 0;

    /// <summary>Whether all values but a few are of this kind.</summary>
    public bool HasNearlyAll => HasMost && Fitting >= 20 * ExceptionCount;

    /// <summary>Whether two of three values and more are of this kind, and not all: the others may be faults.</summary>
    public bool HasMost => ExceptionCount > 0 && !_isOver && Fitting >= 2 * ExceptionCount;

    public void Add(ReadOnlySpan<byte> value, Place place)
    {
        if (_isOver)
        {
            return;
        }

        if (Fits(value, place))
        {
            Fitting++;
            return;
        }

        ExceptionCount++;
        if (_exceptions.Count < MostExamples)
        {
            _exceptions.Add(Example.Of(value, place));
        }

        _isOver = ExceptionCount > MostExceptions && ExceptionCount > Fitting / 5;
    }

    protected abstract bool Fits(ReadOnlySpan<byte> value, Place place);
}
