namespace EtlWorker.SampleData.Bank;

/// <summary>The accounts of one day's file: all that there are, with the limits of that day.</summary>
internal static class AccountSequence
{
    private static readonly DateOnly FirstOpened = new(1999, 1, 4);

    private static readonly string[] Holders =
    [
        "Anna Grünewald", "Béatrice Dupré", "Çelik & Özdemir GmbH", "Jürgen Weiß", "María Núñez", "Nordöl A/S", "Peter \"Pit\" Maaß",
        "Schröder; Kühn; Partner",
    ];

    public static int CountOf(SampleOptions options) => 10 + (options.Orders / 100);

    public static IEnumerable<Account> Of(SampleOptions options)
    {
        var random = new SplitMix64(options.Seed, RandomStream.Accounts);
        // A limit is changed now and then: by it a later day's file is another one.
        var raised = options.AsOf.DayNumber % 7;
        for (var number = 0; number < CountOf(options); number++)
        {
            var holder = Holders[random.Between(0, Holders.Length - 1)];
            var opened = FirstOpened.AddDays(random.Between(0, 9_000));
            var limit = (random.Between(0, 20) * 50_000L) + (number % 7 == raised ? 12_345 : 0);
            yield return new Account(number, holder, opened, limit, random.Chance(2));
        }
    }
}
