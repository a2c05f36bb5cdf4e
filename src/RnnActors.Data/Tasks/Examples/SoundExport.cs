using System.Globalization;
using RnnActors.Core.Sequences;
using RnnActors.Data.Sound;
using RnnActors.Data.Tasks.Exports;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>
/// The exported input of a network that reads recordings: unscaled features, (frames, width), as <see cref="FeatureExtractor"/> computes them.
/// </summary>
internal static class SoundExport
{
    public static (ExportedInput Input, IReadOnlyDictionary<string, string> Metadata) Of(FittedFeatures features) =>
        (new ExportedInput(InputNames.Default, IsRagged: true) { Offsets = features.Means, Spreads = features.Deviations }, new Dictionary<string, string>
        {
            ["features"] = FeatureSpec.Format.ToJson(features.Spec),
            ["rate"] = features.Rate.ToString(CultureInfo.InvariantCulture),
        });
}
