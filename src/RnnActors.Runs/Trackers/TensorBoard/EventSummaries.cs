using System.Buffers.Binary;
using Google.Protobuf;
using RnnActors.Runs.Trackers.TensorBoard.Schema;

namespace RnnActors.Runs.Trackers.TensorBoard;

/// <summary>Encodes values of a step for TensorBoard's plugins.</summary>
internal static class EventSummaries
{
    /// <summary>Buckets of a histogram; TensorBoard draws half as many.</summary>
    public const int Buckets = 60;

    /// <summary>TensorFlow's DT_STRING.</summary>
    private const int StringType = 7;

    /// <summary>TensorFlow's RGBA.</summary>
    private const int Rgba = 4;

    private const int PngWidthAt = 16, PngHeaderBytes = 24;

    public static Summary.Types.Value Scalar(string tag, double value) => new() { Tag = tag, SimpleValue = (float)value };

    /// <param name="text">Markdown.</param>
    public static Summary.Types.Value Text(string tag, string text) => new()
    {
        Tag = tag,
        Metadata = new SummaryMetadata { PluginData = new SummaryMetadata.Types.PluginData { PluginName = "text" } },
        Tensor = new TensorProto
        {
            Dtype = StringType,
            TensorShape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = 1 } } },
            StringVal = { ByteString.CopyFromUtf8(text) },
        },
    };

    /// <returns>Null where the bytes are not a PNG.</returns>
    public static Summary.Types.Value? Picture(string tag, byte[] png) => png.Length < PngHeaderBytes ? null : new()
    {
        Tag = tag,
        Image = new Summary.Types.Image
        {
            Width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(PngWidthAt)),
            Height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(PngWidthAt + sizeof(int))),
            Colorspace = Rgba,
            EncodedImageString = ByteString.CopyFrom(png),
        },
    };

    /// <summary>Buckets of equal width from the lowest to the highest value, after an empty one that ends at the lowest. Values that are not finite are left
    /// out.</summary>
    public static Summary.Types.Value Histogram(string tag, ReadOnlySpan<float> values)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity, sum = 0, squares = 0;
        long count = 0;
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) continue;
            (min, max, sum, squares, count) = (Math.Min(min, value), Math.Max(max, value), sum + value, squares + ((double)value * value), count + 1);
        }

        if (count == 0) return new() { Tag = tag, Histo = new HistogramProto() };
        double width = (max - min) / Buckets;
        double[] counts = new double[Buckets + 1],
            limits = [.. Enumerable.Range(0, Buckets + 1).Select(bucket => bucket == Buckets ? max : min + (bucket * width))];
        foreach (float value in values)
            if (float.IsFinite(value)) counts[width > 0 ? Math.Min(Buckets, 1 + (int)((value - min) / width)) : Buckets]++;
        var histogram = new HistogramProto { Min = min, Max = max, Num = count, Sum = sum, SumSquares = squares };
        histogram.BucketLimit.Add(limits);
        histogram.Bucket.Add(counts);
        return new() { Tag = tag, Histo = histogram };
    }
}
