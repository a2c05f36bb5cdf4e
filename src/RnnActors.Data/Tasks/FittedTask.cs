using RnnActors.Core.Generation;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks;

/// <summary>What a task fitted on its training rows (scales, vocabulary), without these rows: enough to use a trained network on other data.</summary>
public abstract class FittedTask
{
    public abstract Shape Input { get; }

    /// <summary>Outputs of the network, at each step that it predicts.</summary>
    public abstract int Outputs { get; }

    /// <summary>How good a network is on all rows of another file.</summary>
    /// <exception cref="InvalidInputException">The file cannot be used, or has too few rows.</exception>
    public abstract Score Measure(TrainedNetwork network, string path);
}

/// <summary>A task whose answer is a table.</summary>
public interface IPredicts
{
    /// <summary>A network's answer to a file.</summary>
    /// <param name="path">A file of the same kind as the training data; null for those that are generated.</param>
    /// <exception cref="InvalidInputException">The file cannot be used.</exception>
    PredictionTable Predict(TrainedNetwork network, string? path);
}

/// <summary>A task whose answer is a text that goes on.</summary>
public interface IGenerates
{
    /// <param name="prompt">What the text begins with; empty for the beginning of a line.</param>
    /// <exception cref="InvalidInputException">The prompt has something that the network does not know.</exception>
    GeneratedText Generate(TrainedNetwork network, string prompt, SamplingSpec sampling);
}
