using RnnActors.Core.Training;
using RnnActors.Data.Forecasting;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks;

/// <summary>Every kind of dataset that a task or the library can make: what a <see cref="DatasetFile"/> is given.</summary>
public static class DatasetFormats
{
    public static IReadOnlyList<DatasetFormat> All { get; } = [new ArrayDatasetFormat(), new RaggedDatasetFormat(), new WindowFormat(), new TokenStreamFormat()];
}
