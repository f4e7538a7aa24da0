using EtlWorker.Definitions;
using EtlWorker.Serving;
using Xunit;

namespace EtlWorker.Tests.Serving;

/// <summary>Which versions are used: what is refused keeps what was good before.</summary>
public sealed class VersionChoiceTests
{
    private static readonly LoadedDefinition Shop = Small.Of("shop");
    private static readonly LoadedDefinition Bank = Small.Of("bank");

    [Fact]
    public void What_is_valid_is_used()
    {
        var choice = VersionChoice.Of([Valid("s", Shop), Valid("b", Bank)], Known());

        Assert.Equal("b=bank s=shop", Used(choice));
        Assert.Empty(choice.Refused);
    }

    [Fact]
    public void What_is_invalid_is_refused_and_what_is_unfinished_is_not_and_both_keep_what_was_good()
    {
        var choice = VersionChoice.Of(
            [
                FoundVersion.Invalid("s", "2", ["line 1"]), FoundVersion.Unfinished("b", "2", "half"),
                FoundVersion.Invalid("n", "1", ["new"]),
            ],
            Known(("s", Shop), ("b", Bank)));

        Assert.Equal("b=bank s=shop", Used(choice));
        Assert.Equal(["n", "s"], choice.Refused.Keys.Order());
    }

    [Fact]
    public void What_is_not_there_is_not_used() =>
        Assert.Equal("s=shop", Used(VersionChoice.Of([Valid("s", Shop)], Known(("s", Shop), ("b", Bank)))));

    [Theory]
    [InlineData("bank", "public.shop", null, "both fill the table public.shop")]
    [InlineData("bank", "public.shop_counted", null, "both fill the table public.shop_counted")]
    [InlineData("bank", null, "out/shop.csv", "both write the export out/shop.csv")]
    [InlineData("shop", "public.x", "out/x.csv", "both are called shop")]
    public void A_newcomer_that_clashes_is_refused_by_name(string name, string? table, string? export, string why)
    {
        var newcomer = Small.Of(name, zone: "Europe/Berlin", table: table, export: export);
        var choice = VersionChoice.Of([Valid("a", newcomer), Valid("s", Shop)], Known(("s", Shop)));

        Assert.Equal("s=shop", Used(choice));
        Assert.Contains(choice.Refused["a"], fault => fault.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_two_newcomers_that_clash_neither_is_used()
    {
        var choice = VersionChoice.Of([Valid("b", Small.Of("bank", table: "public.shop")), Valid("s", Shop)], Known());

        Assert.Equal("", Used(choice));
        Assert.Equal(["b", "s"], choice.Refused.Keys.Order());
    }

    [Fact]
    public void A_version_that_clashes_with_what_another_one_goes_back_to_is_refused_too()
    {
        // The shop's new version leaves its table to the bank's new one, and is refused because of a third pipeline.
        var third = Small.Of("third", table: "public.wanted");
        var choice = VersionChoice.Of(
            [
                Valid("s", Small.Of("shop", table: "public.wanted")), Valid("b", Small.Of("bank", table: "public.shop")),
                Valid("t", third),
            ],
            Known(("s", Shop), ("b", Bank), ("t", third)));

        Assert.Equal("b=bank s=shop t=third", Used(choice));
        Assert.Equal(
            (Bank.Hash, Shop.Hash, third.Hash), (choice.Used["b"].Hash, choice.Used["s"].Hash, choice.Used["t"].Hash));
        Assert.Equal(["b", "s"], choice.Refused.Keys.Order());
    }

    [Fact]
    public void Two_that_exchange_their_tables_go_together()
    {
        var choice = VersionChoice.Of(
            [Valid("s", Small.Of("shop", table: "public.bank")), Valid("b", Small.Of("bank", table: "public.shop"))],
            Known(("s", Shop), ("b", Bank)));

        Assert.Empty(choice.Refused);
    }

    private static FoundVersion Valid(string source, LoadedDefinition definition) =>
        FoundVersion.Valid(source, definition.Hash, definition);

    private static Dictionary<string, LoadedDefinition> Known(params (string Source, LoadedDefinition Definition)[] known) =>
        known.ToDictionary(one => one.Source, one => one.Definition);

    private static string Used(VersionChoice.Choice choice) =>
        string.Join(' ', choice.Used.Select(one => $"{one.Key}={one.Value.Pipeline.Name}"));
}
