using System.Globalization;
using System.Text;
using RnnActors.Core.Checkpoints;
using RnnActors.Data.Series;

namespace RnnActors.Data.Tasks.Forecasting;

/// <content>Intervals as tensors, which a run stores; restored to the same bits.</content>
internal sealed partial class ForecastIntervals
{
    private const string ResidualsName = "residuals", Symmetric = "residuals.symmetric", Names = "series.names", Learnt = "series.levels";

    /// <summary>These intervals before any values of windows had arrived.</summary>
    public ForecastIntervals AtFirst() => new(_around, _corrections, []);

    public IReadOnlyList<NamedTensor> Tensors()
    {
        List<NamedTensor> tensors = [NamedTensor.Of<byte>(Symmetric, new byte[] { (byte)(_around.IsSymmetric ? 1 : 0) }, 1)];
        Add(ResidualsName, _around);
        for (int level = 0; level < Levels.Length; level++)
            if (_corrections[level] is { } correction) Add(CorrectionOf(level), correction);
        string[] names = [.. _learnt.Keys.Order(StringComparer.Ordinal)];
        byte[][] texts = [.. names.Select(Encoding.UTF8.GetBytes)];
        tensors.Add(NamedTensor.Of<long>($"{Names}.counts", texts.Select(text => (long)text.Length).ToArray(), names.Length));
        tensors.Add(Flat(Names, [.. texts.SelectMany(text => text)]));
        tensors.Add(NamedTensor.Of<double>(Learnt, names.SelectMany(name => _learnt[name]).ToArray(), names.Length, Levels.Length, _around.Outputs));
        return tensors;

        void Add(string name, ConformalIntervals intervals)
        {
            double[][] sorted = [.. Enumerable.Range(0, intervals.Outputs).Select(intervals.SortedOf)];
            tensors.Add(NamedTensor.Of<long>($"{name}.counts", sorted.Select(own => (long)own.Length).ToArray(), sorted.Length));
            tensors.Add(Flat(name, (double[])[.. sorted.SelectMany(own => own)]));
        }

        static NamedTensor Flat<T>(string name, T[] values) where T : unmanaged => NamedTensor.Of<T>(name, values, values.Length);
    }

    /// <param name="file">A file with the <see cref="Tensors"/>.</param>
    /// <param name="outputs">Targets · horizon.</param>
    /// <exception cref="Core.Problems.InvalidInputException">The tensors are invalid.</exception>
    public static ForecastIntervals Restore(SafetensorsFile file, int outputs)
    {
        bool isSymmetric = Values<byte>(Symmetric, 1)[0] == 1;
        ConformalIntervals around = ConformalIntervals.OfSorted(Sorted(ResidualsName, isSymmetric), isSymmetric, Levels);
        ConformalIntervals?[] corrections =
        [
            .. Levels.Select((level, at) => file.Find(CorrectionOf(at)) is null ? null
                : ConformalIntervals.OfSorted(Sorted(CorrectionOf(at), isSymmetric: false), symmetric: false, [(2 * level) - 1])),
        ];

        long[] lengths = Values<long>($"{Names}.counts");
        byte[][] names = Cut(Values<byte>(Names), lengths, Names);
        double[] levels = Values<double>(Learnt, names.Length, Levels.Length, outputs);
        if (!Array.TrueForAll(levels, level => level is >= 0 and <= 1)) throw Wrong(Learnt, "hold a level that is not between 0 and 1");
        Dictionary<string, double[]> learnt = [];
        int width = Levels.Length * outputs;
        for (int i = 0; i < names.Length; i++)
        {
            if (!learnt.TryAdd(Encoding.UTF8.GetString(names[i]), levels[(i * width)..((i + 1) * width)])) throw Wrong(Names, "name a series twice");
        }

        return new(around, corrections, learnt);

        double[][] Sorted(string name, bool isSymmetric)
        {
            double[][] sorted = Cut(Values<double>(name), Values<long>($"{name}.counts", outputs), name);
            foreach (double[] own in sorted)
            {
                for (int i = 0; i < own.Length; i++)
                {
                    if (double.IsNaN(own[i]) || (isSymmetric && own[i] < 0) || (i > 0 && own[i] < own[i - 1]))
                        throw Wrong(name, "are not in rising order, or no numbers");
                }
            }

            return sorted;
        }

        T[] Values<T>(string name, params int[] shape) where T : unmanaged
        {
            NamedTensor tensor = file.Find(name) ?? throw Wrong(name, "are missing");
            if (!tensor.IsOf<T>() || (shape.Length > 0 ? !tensor.Shape.SequenceEqual(shape.Select(extent => (long)extent)) : tensor.Shape.Count != 1))
                throw Wrong(name, "have another type or shape");
            return tensor.Values<T>().ToArray();
        }

        T[][] Cut<T>(T[] flat, long[] counts, string name)
        {
            long left = flat.Length;
            foreach (long count in counts)
                if (count < 0 || (left -= count) < 0) throw Wrong(name, "are not as many as is said");
            if (left > 0) throw Wrong(name, "are not as many as is said");
            T[][] parts = new T[counts.Length][];
            for (int i = 0, at = 0; i < parts.Length; at += parts[i++].Length) parts[i] = flat[at..(at + (int)counts[i])];
            return parts;
        }

        Core.Problems.InvalidInputException Wrong(string name, string what) => CalibrationFile.Unusable(file.Path, $"its values '{name}' {what}");
    }

    private static string CorrectionOf(int level) => string.Create(CultureInfo.InvariantCulture, $"corrections.{Levels[level]}");
}
