using RnnActors.Core.Generation;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Exports;

namespace RnnActors.Data.Tasks;

/// <summary>What a task fitted on its training rows (scales, vocabulary), without the rows themselves: enough to use a trained network on other data.</summary>
public abstract class FittedTask
{
    /// <summary>The shape of the first input.</summary>
    public abstract Shape Input { get; }

    /// <summary>All inputs of the network.</summary>
    public virtual IReadOnlyList<NamedSignal> Inputs => [new(InputNames.Default, Input)];

    /// <summary>The number of steps of every row of the first input; 0 if rows have different lengths.</summary>
    public virtual int Steps => 0;

    /// <summary>The number of outputs of the network, at each predicted step.</summary>
    public abstract int Outputs { get; }

    /// <summary>Whether requests are tables of recent rows rather than texts: <see cref="PredictionRequest.TableText"/>.</summary>
    public virtual bool ReadsTables => false;

    /// <summary>What other programs need to know around the network.</summary>
    /// <exception cref="InvalidInputException">This kind of task cannot be exported.</exception>
    public virtual TaskExport Export => throw new InvalidInputException(
        $"a network of this kind of task ({GetType().Name}) cannot be exported: the kind does not say what its inputs and outputs mean",
        "Give its fitted task an Export");

    /// <summary>Prepares data with what was fitted, to train further; null if the kind always fits anew.</summary>
    /// <param name="baseDirectory">The folder to which relative paths refer.</param>
    /// <exception cref="InvalidInputException">The data cannot be read or used.</exception>
    public virtual PreparedTask? Prepare(DataSpec data, string baseDirectory) => null;

    /// <summary>Measures a network on all rows of another file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be used, or has too few rows.</exception>
    public abstract Score Measure(TrainedNetwork network, string path);

    /// <summary>Does in advance what the first prediction would wait for, besides packing the network's weights. The default does nothing.</summary>
    public virtual void WarmUp(TrainedNetwork network)
    {
    }

    /// <summary>Reads a row step by step, with an answer after each.</summary>
    /// <exception cref="InvalidInputException">Networks of this kind, or this one, only read whole rows.</exception>
    public virtual StepCodec Stepwise(TrainedNetwork network) =>
        throw new InvalidInputException($"a network of this kind of task ({GetType().Name}) reads a row as a whole", "Use Predict");

    /// <summary>
    /// Rows whose predictions can be explained: those of the data that the network is measured on, or a text. Every built-in kind overrides it.
    /// </summary>
    /// <exception cref="InvalidInputException">This kind cannot explain such rows, or the text cannot be used.</exception>
    public virtual ExplainedRows Explain(TrainedNetwork network, ExplanationRequest request) =>
        throw new InvalidInputException("predictions of this kind of task cannot be explained", "Let its FittedTask override Explain");
}

/// <summary>A task whose predictions are a table.</summary>
public interface IPredicts
{
    /// <summary>The network's predictions.</summary>
    /// <exception cref="InvalidInputException">The request cannot be used.</exception>
    PredictionTable Predict(TrainedNetwork network, PredictionRequest request);
}

/// <summary>A task that can also sample how its values may continue: <see cref="PredictionRequest.Paths"/>.</summary>
public interface IPredictsPaths : IPredicts;

/// <summary>A task that generates text.</summary>
public interface IGenerates
{
    /// <param name="prompt">The beginning of the text; empty for the beginning of a line.</param>
    /// <exception cref="InvalidInputException">The prompt has a token that the network does not know.</exception>
    GeneratedText Generate(TrainedNetwork network, string prompt, SamplingSpec sampling);
}
