using EtlWorker.Domain.Pipelines;
using EtlWorker.Domain.Text;

namespace EtlWorker.Infer;

/// <summary>Decides which type dates and times have, and in which forms they are written, or that it cannot be known.</summary>
internal static class DateTimeJudge
{
    private const int MostForms = 8;

    private static readonly string[] WordsForDates = ["date", "datum", "day", "tag", "fecha", "jour", "data", "dat", "dt"];

    /// <param name="dates">Values that all are dates or times.</param>
    /// <param name="numbers">What of them are numbers.</param>
    /// <param name="header">What the file calls the column.</param>
    /// <param name="places">Names lines.</param>
    /// <returns>Null where they are rather numbers.</returns>
    public static ColumnGuess? Judge(DateTimeProfile dates, NumberProfile numbers, string header, Places places)
    {
        var shapes = dates.Shapes;
        if (numbers.HasAll && shapes.Keys.All(shape => DateForms.IsCompact(shape.Dates)))
        {
            var isDate = shapes.Keys.Select(shape => shape.Month).Distinct().Count() > 1 || Array.Exists(WordsForDates, word =>
                header.Contains(word, StringComparison.OrdinalIgnoreCase));
            return isDate ? WithSentinel(Dated("date", ["yyyyMMdd"], null, "every value is a date of eight digits, yyyyMMdd") with
            {
                Remarks = ["If these are numbers and no dates: `integer`, without `dates`."],
            }, dates, places) : null;
        }

        var (forms, fault) = FormsOf(shapes, places);
        var guess = fault ?? (shapes.Keys.All(shape => shape.Dates == 0) ? OfTimes(shapes, places)
            : shapes.Keys.All(shape => shape.Time is null) ? OfDates(forms, shapes, places)
            : shapes.Keys.Any(shape => shape.Dates == 0) ? ColumnGuess.OfText("dates, and times of day without a date")
            : OfTimestamps(forms, shapes, places));
        return WithSentinel(guess, dates, places);
    }

    private static ColumnGuess WithSentinel(ColumnGuess guess, DateTimeProfile dates, Places places) => dates.Sentinel is not { } day
        ? guess
        : guess with
        {
            Remarks =
            [
                .. guess.Remarks,
                $"{places.Of(day)} may stand for no date, or for always. It is loaded as that date; if it means NULL, "
                    + $"write `\"nulls\": [\"\", {JsonText.Quote(day.Value)}]`.",
            ],
        };

    /// <summary>The fewest forms of dates that all values have; a fault where their day and month cannot be told apart.</summary>
    private static (IReadOnlyList<int> Forms, ColumnGuess? Fault) FormsOf(
        IReadOnlyDictionary<DateTimeShape, (long Count, Example First)> shapes, Places places)
    {
        var open = shapes.Where(shape => shape.Key.Dates != 0).GroupBy(shape => shape.Key.Dates)
            .Select(same => (Set: same.Key, Count: same.Sum(one => one.Value.Count),
                same.MinBy(one => one.Value.First.Place.Line).Value.First))
            .ToList();
        var all = open.ToList();
        var chosen = new List<int>();
        while (open.Count > 0)
        {
            var best = Enumerable.Range(0, DateForms.All.Count).MaxBy(form => (open.Where(one => Has(one.Set, form)).Sum(one =>
                one.Count), -form));
            chosen.Add(best);
            open.RemoveAll(one => Has(one.Set, best));
        }

        if (chosen.Exists(DateForms.HasShortYear))
        {
            var forms = JsonText.List(chosen.Select(form => DateForms.All[form]));
            return ([], ColumnGuess.OfText("dates with a year of two digits",
                $"The century of {places.Of(all[0].First)} cannot be known. Write `date` with `\"dates\": {forms}, \"pivotYear\": 2049` "
                + "(the last year that it can be), once you have seen which of the numbers is the year and which the day."));
        }

        foreach (var form in chosen)
        {
            var rivals = DateForms.RivalsOf(form).ToList();
            if (rivals.Find(chosen.Contains) is var both && chosen.Contains(both) && rivals.Contains(both))
            {
                return ([], ColumnGuess.OfText("day and month stand in two orders",
                    $"Some values have the form `{DateForms.All[form]}` only, {places.Of(FirstWithout(all, form, both))}, and others "
                    + $"`{DateForms.All[both]}` only, {places.Of(FirstWithout(all, both, form))}: most of the others can be read in both. "
                    + "Have the file exported in one form."));
            }

            var rival = rivals.Where(other => all.Where(one => Has(one.Set, form)).All(one =>
                Has(one.Set, other))).Cast<int?>().FirstOrDefault();
            if (rival is { } other)
            {
                var example = all.First(one => Has(one.Set, form)).First;
                return ([], ColumnGuess.OfText("dates of which day and month cannot be told apart",
                    $"All {Counted.Of(all.Sum(one => one.Count), "value")} can be read as `{DateForms.All[form]}` and as "
                        + $"`{DateForms.All[other]}`, "
                    + $"{places.Of(example)}: no line has a number above 12 in either place, which would decide. "
                    + $"Write `date` (or `timestamp`) with `\"dates\": [\"{DateForms.All[form]}\"]` or `[\"{DateForms.All[other]}\"]`."));
            }
        }

        return (chosen, null);
    }

    private static Example FirstWithout(IEnumerable<(ulong Set, long Count, Example First)> all, int form, int rival) =>
        all.Where(one => Has(one.Set, form) && !Has(one.Set, rival)).Select(one => one.First).MinBy(first => first.Place.Line)!;

    private static ColumnGuess OfDates(
        IReadOnlyList<int> forms, IReadOnlyDictionary<DateTimeShape, (long Count, Example First)> shapes, Places places)
    {
        var isIso = forms.All(DateForms.IsIso);
        var texts = forms.Select(form => DateForms.All[form]).ToList();
        return Dated("date", isIso ? null : texts, null, $"every value is a date as "
            + $"{string.Join(" or ", texts)}{DeciderOf(forms, shapes, places)}");
    }

    private static string DeciderOf(
        IReadOnlyList<int> forms, IReadOnlyDictionary<DateTimeShape, (long Count, Example First)> shapes, Places places)
    {
        var deciders = forms.Where(form => DateForms.RivalsOf(form).Any(rival => shapes.Keys.Any(shape => Has(shape.Dates, rival))))
            .Select(form => shapes.Where(shape => Has(shape.Key.Dates, form) && !DateForms.RivalsOf(form).Any(rival =>
                Has(shape.Key.Dates, rival)))
                .Select(shape => shape.Value.First).MinBy(first => first.Place.Line)).OfType<Example>().ToList();
        return deciders.Count == 0 ? "" : $"; {places.Of(deciders)} decides which is the day";
    }

    private static ColumnGuess OfTimestamps(
        IReadOnlyList<int> forms, IReadOnlyDictionary<DateTimeShape, (long Count, Example First)> shapes, Places places)
    {
        var times = shapes.Where(shape => shape.Key.Time is not null).ToList();
        var withOffset = times.Where(shape => shape.Key.Time!.Value.Offset != OffsetText.None).ToList();
        var isZoned = withOffset.Count > 0;
        if (isZoned && withOffset.Count < shapes.Count)
        {
            var without = shapes.First(shape => shape.Key.Time is not { Offset: not OffsetText.None }).Value.First;
            return ColumnGuess.OfText("timestamps with and without an offset",
                $"{places.Of(without)} has no offset and {places.Of(withOffset[0].Value.First)} has one: the zone of the first cannot "
                    + $"be known. "
                + "Write `timestamptz` with `\"timeZone\"`, the IANA zone of those without.");
        }

        var type = isZoned ? "timestamptz" : "timestamp";
        var loses = times.Find(shape => shape.Key.Time!.Value.LosesDigits).Value.First;
        var truncates = loses is null ? default(Fractions?) : Fractions.Truncate;
        string[] lost = loses is null ? [] :
        [
            $"{places.Of(loses)} has digits beyond the microsecond, which PostgreSQL does not keep: they are left out "
                + $"(`\"fractions\": \"truncate\"`). "
                + "If they matter, write `text`.",
        ];
        string[] zone = isZoned ? [] : ["No value has an offset: `timestamp` keeps the local time as it is. Whose it is, the file "
            + "does not say."];
        if (IsIso(forms, shapes.Keys))
        {
            return new ColumnGuess(type, new ColumnDefinition { Fractions = truncates },
                $"every value is a point in time as yyyy-MM-dd HH:mm:ss{(isZoned ? " with an offset" : "")}")
            { Doubts = lost, Remarks = zone };
        }

        var texts = shapes.Keys.SelectMany(shape => TimestampForms(shape, forms, shapes.Keys)).Distinct().ToList();
        return texts.Count is 0 or > MostForms || texts.Contains("")
            ? ColumnGuess.OfText("points in time in a form that no option describes")
            : Dated(type, null, texts, $"every value is a point in time as "
                + $"{string.Join(" or ", texts)}{DeciderOf(forms, shapes, places)}") with
            {
                Format = new ColumnDefinition { Timestamps = texts, Fractions = truncates },
                Doubts = lost,
                Remarks = zone,
            };
    }

    private static bool IsIso(IReadOnlyList<int> forms, IEnumerable<DateTimeShape> shapes) => forms is [0] && shapes.All(shape =>
        shape.Time is not { } time || time is { HourDigits: 2, HasSeconds: true, Half: 0 });

    private static IEnumerable<string> TimestampForms(DateTimeShape shape, IReadOnlyList<int> forms, IEnumerable<DateTimeShape> shapes)
    {
        var form = forms.First(each => Has(shape.Dates, each));
        var separator = shape.Separator == 'T' ? "'T'" : " ";
        var like = shapes.Where(other => other.Time is { } each && shape.Time is { } own
            && other.Separator == shape.Separator && each.HasSeconds == own.HasSeconds && each.Half == own.Half).Select(other =>
                other.Time!.Value);
        yield return shape.Time is { } time ? DateForms.All[form] + separator + TimeForm(time, [.. like]) : DateForms.All[form];
    }

    /// <returns>Empty where no form describes it.</returns>
    private static string TimeForm(TimeText time, IReadOnlyList<TimeText> like)
    {
        var letter = time.Half > 0 ? "h" : "H";
        var hours = like.Any(other => other.HourDigits == 1) ? letter : letter + letter;
        var fractions = like.Select(other => other.FractionDigits).Distinct().ToList();
        var fraction = fractions is [0] ? "" : fractions is [var same] && same <= 7 ? "." + new string('f', same) : ".FFFFFFF";
        var offset = time.Offset switch { OffsetText.None => "", OffsetText.Spaced => " K", _ => "K" };
        return $"{hours}:mm{(time.HasSeconds ? ":ss" : "")}{(time.HasSeconds ? fraction : "")}"
            + $"{time.Half switch { 0 => "", 1 => "tt", _ => " tt" }}{offset}";
    }

    private static ColumnGuess OfTimes(IReadOnlyDictionary<DateTimeShape, (long Count, Example First)> shapes, Places places)
    {
        var first = shapes.Values.MinBy(shape => shape.First.Place.Line).First;
        var times = shapes.Keys.Select(shape => shape.Time!.Value).ToList();
        if (times.Exists(time => time.Offset != OffsetText.None))
        {
            return ColumnGuess.OfText("times of day with an offset, for which there is no option");
        }

        if (times.TrueForAll(time => time is { HourDigits: 2, HasSeconds: true, Half: 0, LosesDigits: false }))
        {
            return new ColumnGuess("time", new ColumnDefinition(), "every value is a time as HH:mm:ss")
            {
                Remarks = ["If these are durations, write `interval`: the server parses it then."],
            };
        }

        var texts = times.Select(time => TimeForm(time, times)).Distinct().ToList();
        return times.TrueForAll(time => time.Half > 0)
            ? new ColumnGuess("time", new ColumnDefinition { Times = texts }, $"every value is a time of day as "
                + $"{string.Join(" or ", texts)}")
            : ColumnGuess.OfText("times that may be hours and minutes or minutes and seconds",
                $"{places.Of(first)} may be hours and minutes, or minutes and seconds. A time of day: write `time` with "
                + $"`\"times\": {JsonText.List(texts)}`.");
    }

    private static ColumnGuess Dated(string type, IReadOnlyList<string>? dates, IReadOnlyList<string>? timestamps, string why) =>
        new(type, new ColumnDefinition { Dates = dates, Timestamps = timestamps }, why);

    private static bool Has(ulong set, int form) => (set >> form & 1) == 1;
}
