using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Optimizers;

/// <summary>Optimisers by their names, with Keras's default learning rates.</summary>
internal static class OptimizerFormat
{
    private static readonly Format<double> Decay = Numbers.BelowOne();

    public static Format<Optimizer> Instance { get; } = new ChoiceFormat<Optimizer>("an optimizer")
        .Or("sgd", WithRate(new Sgd(0.01))
            .Key("momentum", "The share of the last update that is kept.", Decay, o => o.Momentum, (o, v) => o with { Momentum = v })
            .Key("nesterov", "Nesterov's momentum.", new BooleanFormat(), o => o.Nesterov, (o, v) => o with { Nesterov = v })
            .Key("weightDecay", "Added to the gradient: this times the weight.", Numbers.AtLeastZero(), o => o.WeightDecay,
                (o, v) => o with { WeightDecay = v })
            .Check(NesterovNeedsMomentum))
        .Or("rmsProp", WithRate(new RmsProp(0.001))
            .Key("rho", "Decay of the mean square.", Decay, o => o.Rho, (o, v) => o with { Rho = v })
            .Key("epsilon", "Added to the root.", Numbers.Positive(), o => o.Epsilon, (o, v) => o with { Epsilon = v })
            .Key("momentum", "The share of the last update that is kept.", Decay, o => o.Momentum, (o, v) => o with { Momentum = v }))
        .Or("adam", WithRate(new Adam(0.001))
            .Key("beta1", "Decay of the mean.", Decay, o => o.Beta1, (o, v) => o with { Beta1 = v })
            .Key("beta2", "Decay of the mean square.", Decay, o => o.Beta2, (o, v) => o with { Beta2 = v })
            .Key("epsilon", "Added to the root.", Numbers.Positive(), o => o.Epsilon, (o, v) => o with { Epsilon = v }))
        .Or("adamW", WithRate(new AdamW(0.001, 0.9, 0.999, 1e-8))
            .Key("beta1", "Decay of the mean.", Decay, o => o.Beta1, (o, v) => o with { Beta1 = v })
            .Key("beta2", "Decay of the mean square.", Decay, o => o.Beta2, (o, v) => o with { Beta2 = v })
            .Key("epsilon", "Added to the root.", Numbers.Positive(), o => o.Epsilon, (o, v) => o with { Epsilon = v })
            .Key(
                "weightDecay", "Weights shrink by this times the learning rate at each step.",
                Numbers.AtLeastZero(), o => o.WeightDecay, (o, v) => o with { WeightDecay = v }))
        .Named("optimizer");

    private static ObjectFormat<T> WithRate<T>(T blank)
        where T : Optimizer =>
        new ObjectFormat<T>($"the keys of {typeof(T).Name}", blank)
            .Key("learningRate", "The rate before the schedule.", Numbers.Positive(), o => o.LearningRate, (o, v) => (T)(o with { LearningRate = v }));

    private static void NesterovNeedsMomentum(Sgd sgd, SourceNode node)
    {
        if (sgd is { Nesterov: true, Momentum: 0 })
            throw new InvalidInputException("nesterov needs a momentum", "Give for instance \"momentum\": 0.9", (node["nesterov"] ?? node).Where);
    }
}
