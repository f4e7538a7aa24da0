using Microsoft.EntityFrameworkCore.Design;

namespace EtlWorker.Schema;

/// <summary>How <c>dotnet ef</c> makes the context; it needs the model only, never a server.</summary>
internal sealed class EtlDbContextFactory : IDesignTimeDbContextFactory<EtlDbContext>
{
    public EtlDbContext CreateDbContext(string[] args) => new(EtlDbContext.OptionsFor("Host=127.0.0.1"));
}
