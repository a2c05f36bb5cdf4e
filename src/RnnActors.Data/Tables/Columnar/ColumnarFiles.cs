using System.Diagnostics.CodeAnalysis;

namespace RnnActors.Data.Tables;

/// <summary>
/// Whether Parquet, Arrow and NumPy files can be read. A program that is trimmed or compiled ahead of time may leave them out, since their libraries are half
/// of its size: <c>&lt;RuntimeHostConfigurationOption Include="RnnActors.Data.ColumnarFiles.IsSupported" Value="false" Trim="true" /&gt;</c>.
/// </summary>
internal static class ColumnarFiles
{
    private const string Switch = "RnnActors.Data.ColumnarFiles.IsSupported";

    [FeatureSwitchDefinition(Switch)]
    public static bool AreSupported => !AppContext.TryGetSwitch(Switch, out bool isOn) || isOn;
}
