using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting.Baselines;

/// <summary>A test on public data sets, in the folder that <c>RNNACTORS_DATA</c> names; skipped where it names none.</summary>
public sealed class SharedDataFactAttribute : FactAttribute
{
    public const string Variable = "RNNACTORS_DATA";

    public SharedDataFactAttribute()
    {
        if (!Directory.Exists(Folder)) Skip = $"{Variable} does not name the folder of the public data sets.";
    }

    public static string Folder => Environment.GetEnvironmentVariable(Variable) ?? "";
}
