namespace EtlWorker.Objects;

/// <summary>When a folder was looked at, as far back as it says what those looks cannot have missed.</summary>
internal sealed class FolderLooks
{
    private readonly Lock _lock = new();
    private readonly List<DateTimeOffset> _looks = [];

    /// <summary>The last look; null where there was none.</summary>
    public DateTimeOffset? Last
    {
        get
        {
            lock (_lock)
            {
                return _looks.Count == 0 ? null : _looks[^1];
            }
        }
    }

    /// <summary>A look that saw everything.</summary>
    public void Add(DateTimeOffset began)
    {
        lock (_lock)
        {
            _looks.Add(began);
        }
    }

    /// <summary>
    /// Up to when everything that has landed was listed by the last look. A file that was not is one that the look saw first, or that one
    /// before saw first which is not long enough ago: it landed after the look before that one.
    /// </summary>
    public DateTimeOffset CompleteUntil(TimeSpan stableFor)
    {
        lock (_lock)
        {
            if (_looks.Count == 0)
            {
                return DateTimeOffset.MinValue;
            }

            var recent = _looks.FindIndex(look => _looks[^1] - look < stableFor);
            if (recent == 0)
            {
                // Of what was there before the first look the time says how long it has been there.
                return _looks[0] - stableFor;
            }

            var complete = _looks[recent - 1];
            _looks.RemoveRange(0, recent - 1);
            return complete;
        }
    }
}
