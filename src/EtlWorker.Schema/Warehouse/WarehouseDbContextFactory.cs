using Microsoft.EntityFrameworkCore.Design;

namespace EtlWorker.Schema.Warehouse;

/// <summary>How <c>dotnet ef</c> makes the context; it needs the model only, never a server.</summary>
internal sealed class WarehouseDbContextFactory : IDesignTimeDbContextFactory<WarehouseDbContext>
{
    public WarehouseDbContext CreateDbContext(string[] args) => new(WarehouseDbContext.OptionsFor("Host=127.0.0.1"));
}
