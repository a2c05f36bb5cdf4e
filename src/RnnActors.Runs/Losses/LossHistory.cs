using System.Globalization;
using System.Text;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Training;

namespace RnnActors.Runs.Losses;

/// <summary>The losses of a run by epoch, kept in a file beside its checkpoints, so that a resumed run can show all of them.</summary>
public sealed class LossHistory
{
    public const string FileName = "losses.csv";
    private const string Header = "epoch,step,training,validation";
    private const int MaxSteps = 1024;

    private readonly List<EpochLoss> _epochs = [];
    private readonly List<(long Step, double Loss)> _steps = [];
    private int _stride = 1;
    private double _sum;
    private int _summed;

    public IReadOnlyList<EpochLoss> Epochs => _epochs;

    /// <summary>
    /// The epochs before <paramref name="epoch"/> from a file. Empty where the file is missing or cannot be used, since it only feeds a plot.
    /// </summary>
    public static LossHistory Read(string path, int epoch)
    {
        var history = new LossHistory();
        try
        {
            foreach (string line in File.Exists(path) ? File.ReadLines(path).Skip(1) : [])
                if (EpochLoss.TryParse(line) is { } loss && loss.Epoch <= epoch) history._epochs.Add(loss);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            history._epochs.Clear();
        }

        return history;
    }

    public void Add(StepDone step)
    {
        _sum += step.Loss;
        if (++_summed < _stride) return;
        _steps.Add((step.Progress.Step, _sum / _summed));
        (_sum, _summed) = (0, 0);
        if (_steps.Count < MaxSteps) return;
        _stride *= 2;
        for (int i = 0; i < _steps.Count / 2; i++) _steps[i] = (_steps[(2 * i) + 1].Step, (_steps[2 * i].Loss + _steps[(2 * i) + 1].Loss) / 2);
        _steps.RemoveRange(_steps.Count / 2, _steps.Count - (_steps.Count / 2));
    }

    public void Add(EpochDone epoch) => _epochs.Add(new EpochLoss(epoch.Progress.Epoch, epoch.Progress.Step, epoch.TrainingLoss, epoch.ValidationLoss));

    /// <summary>Writes the epochs to a file. If that fails, only a later plot lacks them.</summary>
    public void Write(string path)
    {
        try
        {
            byte[] text = Encoding.UTF8.GetBytes(string.Concat(_epochs.Select(epoch => epoch + "\n").Prepend(Header + "\n")));
            DurableFile.Write(path, stream => stream.Write(text));
        }
        catch (IOException)
        {
        }
        catch (UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Curves over epochs if there are at least two, else over steps.</summary>
    /// <param name="bestStep">The step of the best validation loss; 0 for none.</param>
    public LossCurves Plot(string title, string loss, long bestStep)
    {
        if (_epochs.Count < 2)
            return new LossCurves(title, loss, "step", new LossCurve([.. _steps.Select(s => (double)s.Step)], [.. _steps.Select(s => s.Loss)]),
                ValidationBy(epoch => epoch.Step));
        double[] at = [.. _epochs.Select(epoch => (double)epoch.Epoch)];
        double? best = _epochs.Find(epoch => epoch.Step == bestStep)?.Epoch;
        return new LossCurves(title, loss, "epoch", new LossCurve(at, [.. _epochs.Select(epoch => epoch.Training)]), ValidationBy(epoch => epoch.Epoch), best);
    }

    private LossCurve ValidationBy(Func<EpochLoss, double> at)
    {
        var validated = _epochs.FindAll(epoch => epoch.Validation is not null);
        return new LossCurve([.. validated.Select(at)], [.. validated.Select(epoch => epoch.Validation!.Value)]);
    }
}

/// <summary>The losses of an epoch that ended after <paramref name="Step"/>; one line of the file.</summary>
public sealed record EpochLoss(int Epoch, long Step, double Training, double? Validation)
{
    public static EpochLoss? TryParse(string line)
    {
        string[] fields = line.Split(',');
        return fields.Length == 4
            && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch)
            && long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            && double.TryParse(fields[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double training)
            ? new EpochLoss(
                epoch, step, training, double.TryParse(fields[3], NumberStyles.Float, CultureInfo.InvariantCulture, out double validation) ? validation : null)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch},{Step},{Training:R},{Validation:R}");
}
