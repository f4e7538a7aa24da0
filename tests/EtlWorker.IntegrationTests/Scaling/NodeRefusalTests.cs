using EtlWorker.IntegrationTests.Rigging;
using EtlWorker.StandIns;
using Xunit;

namespace EtlWorker.IntegrationTests.Scaling;

/// <summary>A cluster's COPY passes on what a node says of a row, and leaves out the class of it.</summary>
public sealed class NodeRefusalTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_row_that_a_node_refuses_costs_no_attempt_and_its_values_are_told_to_nobody()
    {
        await using var aws = await LocalAws.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var rig = await Rig.CreateAsync(postgres, aws.Endpoint, null, TestContext.Current.CancellationToken);
        rig.Environment["ETLWORKER__RUN__ATTEMPTS"] = "1";
        // Straight into the table the refusal comes from a node; by way of the landing table, from the coordinator.
        await rig.ExecuteAsync(
            """
            create function public.as_a_node() returns trigger language plpgsql as $$
            begin
                if to_regclass('pg_temp.etl_landing') is null then
                    raise exception 'invalid input syntax for type integer: "4111-1111-7"' using errcode = 'XX000';
                end if;
                raise exception 'refused' using errcode = '23514', constraint = 'no_seven';
            end $$;
            create trigger as_a_node before insert on staging.orders for each row when (new.order_id = 7)
                execute function public.as_a_node()
            """);
        using var sample = new SampleDirectory(orders: 200);
        await rig.DropRequiredAsync(sample.Path);
        await using var worker = await rig.StartAsync();

        var notice = await rig.NotifiedAsync("succeeded");

        Assert.Equal(1, await rig.QueryAsync<long>("select count(*) from etl.reject where line_number = 8"));
        Assert.Contains("may have refused a row of orders", worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "4111", worker.Output + notice.Body + await rig.QueryAsync<string>("select coalesce(error, '') from etl.run"),
            StringComparison.Ordinal);
    }
}
