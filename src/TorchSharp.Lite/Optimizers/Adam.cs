using TorchSharp.Modules;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>
        /// Adam (arXiv:1412.6980, Algorithm 1): m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − lr·m̂/(√v̂ + ε) with
        /// m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ), or the largest v̂ so far where amsgrad. The gradient g includes weight_decay·θ.
        /// </summary>
        public class Adam : OptimizerHelper
        {
            private readonly AdamRule rule;

            internal Adam(IEnumerable<Parameter> parameters, double lr, AdamRule rule)
            {
                this.rule = rule;
                add_param_group(ParamGroup.Of(parameters, lr));
            }

            private protected override void Update(ParamGroup group, Parameter parameter, torch.Tensor gradient)
            {
                if (rule.Maximize) gradient = gradient.neg();
                if (rule.Decay != 0) gradient = gradient.add(parameter, rule.Decay);
                Step(rule, StateOf(parameter), group.LearningRate, parameter, gradient);
            }

            internal static void Step(AdamRule rule, State state, double lr, Parameter parameter, torch.Tensor gradient)
            {
                state.Step++;
                state.First ??= State.Zeros(parameter);
                state.Second ??= State.Zeros(parameter);
                state.First.mul_(rule.Beta1).add_(gradient, 1 - rule.Beta1);
                state.Second.mul_(rule.Beta2).addcmul_(gradient, gradient, 1 - rule.Beta2);

                var second = state.Second;
                if (rule.Amsgrad)
                {
                    state.Largest ??= State.Zeros(parameter);
                    second = state.Largest.copy_(torch.maximum(state.Largest, second));
                }
                var root = second.sqrt().div_(Math.Sqrt(1 - Math.Pow(rule.Beta2, state.Step))).add_(rule.Epsilon);
                parameter.addcdiv_(state.First, root, -lr / (1 - Math.Pow(rule.Beta1, state.Step)));
            }
        }

        /// <summary>Adam with the weight decay taken from the parameter, θ ← (1 − lr·weight_decay)·θ, not from the gradient (arXiv:1711.05101, Algorithm 2).</summary>
        public class AdamW : OptimizerHelper
        {
            private readonly AdamRule rule;

            internal AdamW(IEnumerable<Parameter> parameters, double lr, AdamRule rule)
            {
                this.rule = rule;
                add_param_group(ParamGroup.Of(parameters, lr));
            }

            private protected override void Update(ParamGroup group, Parameter parameter, torch.Tensor gradient)
            {
                parameter.mul_(1 - group.LearningRate * rule.Decay);
                Adam.Step(rule, StateOf(parameter), group.LearningRate, parameter, rule.Maximize ? gradient.neg() : gradient);
            }
        }

        internal sealed record AdamRule(double Beta1, double Beta2, double Epsilon, double Decay, bool Amsgrad, bool Maximize);
    }

    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Adam; see <see cref="Modules.Adam"/>.</summary>
            public static Adam Adam(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, new AdamRule(beta1, beta2, eps, weight_decay, amsgrad, maximize));

            /// <summary>Adam; see <see cref="Modules.Adam"/>.</summary>
            public static Adam Adam(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                Adam(parameters.Select(named => named.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            /// <summary>Adam with decoupled weight decay; see <see cref="Modules.AdamW"/>.</summary>
            public static AdamW AdamW(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, new AdamRule(beta1, beta2, eps, weight_decay, amsgrad, maximize));

            /// <summary>Adam with decoupled weight decay; see <see cref="Modules.AdamW"/>.</summary>
            public static AdamW AdamW(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                AdamW(parameters.Select(named => named.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
