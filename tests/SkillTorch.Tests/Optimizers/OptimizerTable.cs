using SkillTorch.Optimizers;

namespace SkillTorch.Tests.Optimizers;

/// <summary>Every optimizer with settings that find a minimum; the last row of each kind has every option at work. A new kind adds a
/// row.</summary>
internal static class OptimizerTable
{
    public static Dictionary<string, OptimizerOptions> Rows { get; } =
        new()
        {
            ["sgd"] = new SgdOptions { LearningRate = 0.01 },
            ["sgd, momentum"] = new SgdOptions { LearningRate = 0.003, Momentum = 0.8 },
            ["sgd, Nesterov momentum and weight decay"] = new SgdOptions
            {
                LearningRate = 0.003,
                Momentum = 0.8,
                Nesterov = true,
                WeightDecay = 1e-6,
            },
            ["signgd"] = new SignGdOptions { LearningRate = 0.001 },
            ["signum"] = new SignumOptions { LearningRate = 0.001, WeightDecay = 1e-6 },
            ["lion"] = new LionOptions { LearningRate = 0.001, WeightDecay = 1e-6 },
            ["focus"] = new FocusOptions
            {
                LearningRate = 0.001,
                Beta2 = 0.99,
                WeightDecay = 1e-6,
            },
            ["sophia"] = new SophiaOptions
            {
                LearningRate = 0.002,
                Beta1 = 0.9,
                Beta2 = 0.9,
                BatchSize = 10,
                EstimateEvery = 4,
                WeightDecay = 1e-6,
            },
            ["adam"] = new AdamOptions { LearningRate = 0.02 },
            ["adam, cautious"] = new AdamOptions { LearningRate = 0.02, Cautious = true },
            ["adam, weight decay"] = new AdamOptions { LearningRate = 0.02, WeightDecay = 1e-6 },
            ["adamw, cautious"] = new AdamWOptions
            {
                LearningRate = 0.02,
                Cautious = true,
                WeightDecay = 1e-6,
            },
            ["adamw"] = new AdamWOptions { LearningRate = 0.02, WeightDecay = 1e-6 },
            ["amsgrad"] = new AmsGradOptions { LearningRate = 0.05, WeightDecay = 1e-6 },
            ["nadam"] = new NAdamOptions { LearningRate = 0.02, WeightDecay = 1e-6 },
            ["radam"] = new RAdamOptions { LearningRate = 0.02, WeightDecay = 1e-6 },
            ["adagrad"] = new AdagradOptions { LearningRate = 0.5, WeightDecay = 1e-6 },
            ["rmsprop"] = new RmsPropOptions { LearningRate = 0.001 },
            ["rmsprop, centered, momentum"] = new RmsPropOptions
            {
                LearningRate = 0.0005,
                Momentum = 0.5,
                Centered = true,
                WeightDecay = 1e-6,
            },
            ["ademamix"] = new AdEmaMixOptions
            {
                LearningRate = 0.02,
                Beta3 = 0.95,
                Alpha = 1,
                WeightDecay = 1e-6,
            },
            ["ademamix, warm-ups"] = new AdEmaMixOptions
            {
                LearningRate = 0.02,
                Beta3 = 0.95,
                Alpha = 1,
                AlphaWarmup = 20,
                Beta3Warmup = 12,
                WeightDecay = 1e-6,
            },
            ["adan"] = new AdanOptions { LearningRate = 0.02, WeightDecay = 1e-6 },
            ["mars"] = new MarsOptions { LearningRate = 0.02, WeightDecay = 1e-6 },
            ["schedule-free-adamw"] = new ScheduleFreeAdamWOptions { LearningRate = 0.05 },
            ["schedule-free-adamw, warm-up"] = new ScheduleFreeAdamWOptions
            {
                LearningRate = 0.05,
                LearningRateSchedule = new ConstantScheduleOptions { Warmup = 10 },
                WeightDecay = 1e-6,
            },
            ["lamb"] = new LambOptions { LearningRate = 0.004, WeightDecay = 1e-6 },
            ["prodigy"] = new ProdigyOptions
            {
                LearningRate = 0.2,
                InitialDistance = 0.01,
                WeightDecay = 1e-6,
            },
            ["adafactor"] = new AdafactorOptions { LearningRate = 0.01, SmallestParameter = 1 },
            ["shampoo"] = new ShampooOptions
            {
                LearningRate = 0.1,
                Momentum = 0.5,
                RootEvery = 2,
            },
            ["soap"] = new SoapOptions
            {
                LearningRate = 0.01,
                WeightDecay = 1e-6,
                BasisEvery = 2,
                LargestSide = 2,
            },
            ["muon"] = new MuonOptions
            {
                LearningRate = 0.002,
                VectorLearningRate = 0.02,
                WeightDecay = 1e-6,
            },
        };
}
