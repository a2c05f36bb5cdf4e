using RnnActors.Core.Generation;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Exports;

namespace RnnActors.Data.Tasks;

/// <summary>What a task fitted on its training rows (scales, vocabulary), without these rows: enough to use a trained network on other data.</summary>
public abstract class FittedTask
{
    /// <summary>The first input.</summary>
    public abstract Shape Input { get; }

    /// <summary>All inputs, where a network of this kind reads several.</summary>
    public virtual IReadOnlyList<NamedSignal> Inputs => [new(InputNames.Default, Input)];

    /// <summary>Steps of every row of the first input; 0 where rows have lengths of their own.</summary>
    public virtual int Steps => 0;

    /// <summary>Outputs of the network, at each step that it predicts.</summary>
    public abstract int Outputs { get; }

    /// <summary>Whether it is asked with tables of recent rows, and not with texts: <see cref="PredictionRequest.TableText"/>.</summary>
    public virtual bool ReadsTables => false;

    /// <summary>What stands around the network when other programs use it.</summary>
    /// <exception cref="InvalidInputException">This kind of task has not said it.</exception>
    public virtual TaskExport Export => throw new InvalidInputException(
        $"a network of this kind of task ({GetType().Name}) cannot be exported: the kind does not say what its inputs and outputs mean",
        "Give its fitted task an Export");

    /// <summary>Data cut and scaled by what was fitted, to train on further; null where a kind fits them anew.</summary>
    /// <param name="baseDirectory">Where relative paths start.</param>
    /// <exception cref="InvalidInputException">The data cannot be read or used.</exception>
    public virtual PreparedTask? Prepare(DataSpec data, string baseDirectory) => null;

    /// <summary>How good a network is on all rows of another file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be used, or has too few rows.</exception>
    public abstract Score Measure(TrainedNetwork network, string path);

    /// <summary>Does beforehand what the first prediction would wait for, beside the network's own weights: here nothing.</summary>
    public virtual void WarmUp(TrainedNetwork network)
    {
    }

    /// <summary>How a row is given to a network step by step as its values or tokens come, and what it answers after each.</summary>
    /// <exception cref="InvalidInputException">Networks of this kind, or this one, read rows as a whole.</exception>
    public virtual StepCodec Stepwise(TrainedNetwork network) =>
        throw new InvalidInputException($"a network of this kind of task ({GetType().Name}) reads a row as a whole", "Use Predict");

    /// <summary>Rows whose predictions can be explained: those of data, on which it is measured, or a text. Every kind of the program has its own.</summary>
    /// <exception cref="InvalidInputException">This kind explains no such rows, or the text cannot be used.</exception>
    public virtual ExplainedRows Explain(TrainedNetwork network, ExplanationRequest request) =>
        throw new InvalidInputException("predictions of this kind of task cannot be explained", "Let its FittedTask override Explain");
}

/// <summary>A task whose answer is a table.</summary>
public interface IPredicts
{
    /// <summary>A network's answer.</summary>
    /// <exception cref="InvalidInputException">What is asked about cannot be used.</exception>
    PredictionTable Predict(TrainedNetwork network, PredictionRequest request);
}

/// <summary>A task that can also draw, by chance, how its values may go on: <see cref="PredictionRequest.Paths"/>.</summary>
public interface IPredictsPaths : IPredicts;

/// <summary>A task whose answer is a text that goes on.</summary>
public interface IGenerates
{
    /// <param name="prompt">What the text begins with; empty for the beginning of a line.</param>
    /// <exception cref="InvalidInputException">The prompt has something that the network does not know.</exception>
    GeneratedText Generate(TrainedNetwork network, string prompt, SamplingSpec sampling);
}
