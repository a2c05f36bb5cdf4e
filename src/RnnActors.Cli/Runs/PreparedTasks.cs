using RnnActors.Cli.Display;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Data.Forecasting;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Data.Text;

namespace RnnActors.Cli.Runs;

/// <summary>The data of a specification, and the job of training on them.</summary>
internal static class PreparedTasks
{
    /// <exception cref="InvalidInputException">The data cannot be read or used.</exception>
    public static PreparedTask Load(RunSpecification specification)
    {
        try
        {
            return specification.Data switch
            {
                ForecastDataSpec table => ForecastTask.Load(table, specification.BaseDirectory),
                TextDataSpec text => TextTask.Load(text, specification.BaseDirectory, specification.Training.Batch),
                _ => throw new InvalidOperationException($"Nobody loads {specification.Data}."),
            };
        }
        catch (InvalidInputException e) when (e.Where is null && specification.DataPath is { } path)
        {
            throw new InvalidInputException(e.Problem, e.Remedy, new SourceLocation(Invocation.Shown(path)), e);
        }
    }

    /// <summary>Joins the layers to the data.</summary>
    /// <exception cref="InvalidInputException">They do not fit.</exception>
    public static Model CreateModel(RunSpecification specification, PreparedTask task)
    {
        var model = new Model(specification.Model.WithOutputs(task.Target.Outputs), task.Input);
        ModelCheck.Matches(model, task.Train, specification.Training.Loss);
        return model;
    }

    /// <summary>What looks like a mistake in the pairing of model and data; null where nothing does.</summary>
    public static string? Warning(Model model, PreparedTask task)
    {
        if (task.Target.IsLabels) return null;
        var batch = task.Train.CreateBatch(1);
        float least = float.PositiveInfinity, most = float.NegativeInfinity;
        for (int row = 0; row < task.Train.Rows; row++)
        {
            task.Train.Read([row], batch);
            foreach (float target in batch.Targets) (least, most) = (Math.Min(least, target), Math.Max(most, target));
        }

        return OutputRange.Warn(model, least, most);
    }
}
