using System.Reflection;

namespace EtlWorker.Hosting;

/// <summary>Which program this is, as <c>git</c> and the release know it.</summary>
internal static class ProgramVersion
{
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
